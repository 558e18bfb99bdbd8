using System.Collections.Immutable;

namespace Snaptree.Cli.Virsh;

/// <summary>A verb with what was given to it, not run yet.</summary>
/// <param name="Given">In the order of the command line; a flag has an empty value.</param>
internal sealed record VirshCommand(VirshVerb Verb, ImmutableArray<(VirshOption Option, string Value)> Given)
{
    public bool Has(VirshOption option) => Given.Any(given => given.Option == option);

    /// <summary>The value; null when the option is not there.</summary>
    public string? Value(VirshOption option) => Given.Where(given => given.Option == option).Select(given => given.Value).FirstOrDefault();

    public IEnumerable<string> Values(VirshOption option) => Given.Where(given => given.Option == option).Select(given => given.Value);
}
