using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Snaptree.Platform;

/// <summary>One thing that a document or a schema has wrong, in libxml2's words.</summary>
/// <param name="Line">1 is the first; 0 when the library does not say.</param>
public sealed record XmlFinding(int Line, string Words);

/// <summary>
/// A RELAX NG schema, through the system's libxml2. One thread at a time; different schemas may be used by different threads.
/// </summary>
public sealed class RelaxNgSchema : IDisposable
{
    /// <summary>The names of libxml2 up to 2.13, and since.</summary>
    private static readonly string[] Libraries = ["libxml2.so.2", "libxml2.so.16"];

    private readonly LibXml2Native native;
    private readonly LibXml2Handle schema;

    private RelaxNgSchema(LibXml2Native native, LibXml2Handle schema)
    {
        this.native = native;
        this.schema = schema;
    }

    /// <summary>Compiles a schema that is given as text; what it includes is looked for from the working directory.</summary>
    /// <exception cref="XmlSchemaException">It is no RELAX NG schema.</exception>
    /// <exception cref="LibXml2MissingException">The library is not installed.</exception>
    public static RelaxNgSchema Parse(string text) => Parse(text, Libraries);

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="libraries">The names under which libxml2 is looked for, in this order.</param>
    public static RelaxNgSchema Parse(string text, IReadOnlyList<string> libraries) =>
        Compile(LibXml2Native.Load(libraries), Encoding.UTF8.GetBytes(text), [], "the schema");

    /// <summary>Compiles a schema from a file; what it includes is looked for beside it.</summary>
    /// <exception cref="XmlSchemaException">The file cannot be read, or is no RELAX NG schema.</exception>
    /// <exception cref="LibXml2MissingException">The library is not installed.</exception>
    public static RelaxNgSchema Read(string path)
    {
        UnixFile.RefuseNull(path);
        LibXml2Native library = LibXml2Native.Load(Libraries);
        try
        {
            return Compile(library, File.ReadAllBytes(path), Encoding.UTF8.GetBytes(path + '\0'), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new XmlSchemaException($"the schema {path} cannot be read: {e.Message}", [], e);
        }
    }

    /// <summary>What the document has wrong; empty when it fits. Nothing is fetched and no entity is expanded.</summary>
    /// <exception cref="XmlSchemaException">The document is not well formed, or the library failed.</exception>
    public unsafe IReadOnlyList<XmlFinding> Validate(string xml)
    {
        ObjectDisposedException.ThrowIf(schema.IsClosed, this);
        using LibXml2Handle parser = native.NewParser();
        using LibXml2Handle document = Document(native, parser, Encoding.UTF8.GetBytes(xml), [], "the document");
        using LibXml2Handle validator = native.NewValidator(schema);
        List<XmlFinding> findings = [];
        int answer = Listen(findings, context => native.Validate(validator, document, &OnError, context));
        GC.KeepAlive(schema);
        return answer switch
        {
            0 => [],
            > 0 when findings.Count > 0 => findings,
            > 0 => [new XmlFinding(0, "the document does not fit")],
            _ => throw new XmlSchemaException("libxml2 could not compare the document with the schema", findings),
        };
    }

    public void Dispose() => schema.Dispose();

    private static unsafe RelaxNgSchema Compile(LibXml2Native library, byte[] text, byte[] address, string name)
    {
        using LibXml2Handle reader = library.NewParser();
        using LibXml2Handle document = Document(library, reader, text, address, name);
        using LibXml2Handle parser = library.NewSchemaParser(document);
        List<XmlFinding> findings = [];
        LibXml2Handle? compiled = null;
        Listen(findings, context =>
        {
            compiled = library.ParseSchema(parser, &OnError, context);
            return 0;
        });
        if (compiled is { IsInvalid: false })
        {
            return new RelaxNgSchema(library, compiled);
        }

        compiled?.Dispose();
        throw new XmlSchemaException($"{name} is no RELAX NG schema", findings);
    }

    private static unsafe LibXml2Handle Document(LibXml2Native library, LibXml2Handle reader, byte[] text, byte[] address, string name)
    {
        LibXml2Handle document = library.ReadDocument(reader, text, address);
        if (!document.IsInvalid)
        {
            return document;
        }

        document.Dispose();
        throw new XmlSchemaException($"{name} is not well formed", Finding(library.LastError(reader)) is { } finding ? [finding] : []);
    }

    private static int Listen(List<XmlFinding> findings, Func<nint, int> act)
    {
        GCHandle handle = GCHandle.Alloc(findings);
        try
        {
            return act(GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void OnError(nint context, LibXml2Error* error)
    {
        if (GCHandle.FromIntPtr(context).Target is List<XmlFinding> findings && Finding(error) is { } finding)
        {
            findings.Add(finding);
        }
    }

    private static unsafe XmlFinding? Finding(LibXml2Error* error) =>
        error is null ? null : new XmlFinding(error->Line, (Marshal.PtrToStringUTF8(error->Message) ?? "").TrimEnd('\n'));
}
