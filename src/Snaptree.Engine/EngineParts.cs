using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>What every operation works with.</summary>
public sealed record EngineParts(IHypervisorDriver Driver, ICatalogue Catalogue, IJournal Journal, RecordFiles Records);
