using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Compares a document with a schema; whoever can load an XML library does it, because this room reads and writes text only.</summary>
public interface ISnapshotSchema
{
    /// <summary>What the document has wrong; null when it fits.</summary>
    /// <param name="xml">A well-formed domainsnapshot document.</param>
    /// <exception cref="SnapshotException">It could not be compared at all, for want of a library or of the schema.</exception>
    SchemaFault? Check(string xml);
}

/// <summary>Where a document leaves its schema.</summary>
/// <param name="Schema">Path of the schema, or what it is called.</param>
/// <param name="Line">1 is the first; 0 when it is not known.</param>
/// <param name="Words">What the library said, one finding a line.</param>
public sealed record SchemaFault(string Schema, int Line, string Words);

/// <summary>The schema of domainsnapshot documents, RELAX NG.</summary>
public static class SnapshotSchema
{
    /// <summary>What it is called in messages.</summary>
    public const string Name = "domainsnapshot.rng";

    /// <summary>Where libvirt's own schema is when libvirt is installed.</summary>
    public const string LibvirtPath = "/usr/share/libvirt/schemas/domainsnapshot.rng";

    /// <summary>Its text.</summary>
    public static string Text
    {
        get
        {
            using var stream = typeof(SnapshotSchema).Assembly.GetManifestResourceStream(Name)
                ?? throw new InvalidOperationException($"the resource {Name} is not in the assembly");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
