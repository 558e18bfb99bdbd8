using Snaptree.Formats;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>
/// Compares with libvirt's schema where libvirt is installed, so that its clients read the words they know, and with our own everywhere.
/// </summary>
/// <param name="libvirtPath">Where libvirt's schema would be.</param>
public sealed class SnapshotSchemas(string libvirtPath = SnapshotSchema.LibvirtPath) : ISnapshotSchema
{
    /// <inheritdoc/>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationUnsupported"/>: libxml2 is not installed. <see cref="ErrorCode.OperationFailed"/>: it cannot read the
    /// schema, or compare.
    /// </exception>
    public SchemaFault? Check(string xml)
    {
        try
        {
            return (FileFacts.Read(libvirtPath) is null ? null : Check(xml, RelaxNgSchema.Read(libvirtPath), libvirtPath))
                ?? Check(xml, RelaxNgSchema.Parse(SnapshotSchema.Text), SnapshotSchema.Name);
        }
        catch (LibXml2MissingException missing)
        {
            throw new SnapshotException(
                ErrorCode.OperationUnsupported,
                $"the document cannot be validated: {missing.Message}",
                "Install the package libxml2, or leave the validation out.",
                missing);
        }
        catch (XmlSchemaException failed)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"the document cannot be validated: {failed.Message}",
                "Install libvirt's schemas again, or leave the validation out.",
                failed)
            {
                Foreign = new ForeignError("libxml2", "schema", string.Join('\n', failed.Findings.Select(finding => finding.Words))),
            };
        }
    }

    private static SchemaFault? Check(string xml, RelaxNgSchema schema, string name)
    {
        using (schema)
        {
            var findings = schema.Validate(xml);
            return findings.Count == 0
                ? null
                : new SchemaFault(
                    name, findings.Select(finding => finding.Line).FirstOrDefault(line => line > 0), string.Join('\n', findings.Select(finding => finding.Words)));
        }
    }
}
