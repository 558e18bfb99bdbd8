using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>
/// The part of the system's libxml2 that we use. Its library name changed with 2.14 while these functions did not, so they are looked up by
/// name instead of being bound to one file.
/// </summary>
internal sealed unsafe class LibXml2Native
{
    private const int NoErrorOutput = 0x20;
    private const int NoWarningOutput = 0x40;
    private const int NoNetwork = 0x800;

    private readonly delegate* unmanaged[Cdecl]<nint> newParser;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int, byte*, byte*, int, nint> readMemory;
    private readonly delegate* unmanaged[Cdecl]<nint, LibXml2Error*> lastError;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> newSchemaParser;
    private readonly delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void>, nint, void> reportSchemaErrors;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> parseSchema;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> newValidator;
    private readonly delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void>, nint, void> reportErrors;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> validate;
    private readonly nint freeDocument;
    private readonly nint freeParser;
    private readonly nint freeSchemaParser;
    private readonly nint freeSchema;
    private readonly nint freeValidator;

    private LibXml2Native(nint library)
    {
        ((delegate* unmanaged[Cdecl]<void>)Export("xmlInitParser"))();
        newParser = (delegate* unmanaged[Cdecl]<nint>)Export("xmlNewParserCtxt");
        readMemory = (delegate* unmanaged[Cdecl]<nint, byte*, int, byte*, byte*, int, nint>)Export("xmlCtxtReadMemory");
        lastError = (delegate* unmanaged[Cdecl]<nint, LibXml2Error*>)Export("xmlCtxtGetLastError");
        newSchemaParser = (delegate* unmanaged[Cdecl]<nint, nint>)Export("xmlRelaxNGNewDocParserCtxt");
        reportSchemaErrors = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void>, nint, void>)
            Export("xmlRelaxNGSetParserStructuredErrors");
        parseSchema = (delegate* unmanaged[Cdecl]<nint, nint>)Export("xmlRelaxNGParse");
        newValidator = (delegate* unmanaged[Cdecl]<nint, nint>)Export("xmlRelaxNGNewValidCtxt");
        reportErrors = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void>, nint, void>)
            Export("xmlRelaxNGSetValidStructuredErrors");
        validate = (delegate* unmanaged[Cdecl]<nint, nint, int>)Export("xmlRelaxNGValidateDoc");
        freeDocument = Export("xmlFreeDoc");
        freeParser = Export("xmlFreeParserCtxt");
        freeSchemaParser = Export("xmlRelaxNGFreeParserCtxt");
        freeSchema = Export("xmlRelaxNGFree");
        freeValidator = Export("xmlRelaxNGFreeValidCtxt");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <exception cref="LibXml2MissingException">No libxml2 that we know is installed.</exception>
    public static LibXml2Native Load(IReadOnlyList<string> libraries)
    {
        foreach (var name in libraries)
        {
            // Never unloaded: a library that runs code at exit must stay where it is, as those that the runtime binds itself do.
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new LibXml2Native(library);
            }
        }

        throw new LibXml2MissingException(libraries);
    }

    public LibXml2Handle NewParser() => new(newParser(), freeParser);

    /// <summary>Entities stay as they are, nothing is fetched, nothing is printed. Invalid when the text is not well formed.</summary>
    /// <param name="address">What the text's own references are relative to; ends with a NUL, or is empty.</param>
    public LibXml2Handle ReadDocument(LibXml2Handle parser, ReadOnlySpan<byte> text, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = text, url = address)
        {
            var document = readMemory(parser.DangerousGetHandle(), start, text.Length, url, null, NoErrorOutput | NoWarningOutput | NoNetwork);
            return new LibXml2Handle(document, freeDocument);
        }
    }

    public LibXml2Error* LastError(LibXml2Handle parser) => lastError(parser.DangerousGetHandle());

    /// <summary>Works on a copy of the document.</summary>
    public LibXml2Handle NewSchemaParser(LibXml2Handle document) => new(newSchemaParser(document.DangerousGetHandle()), freeSchemaParser);

    public LibXml2Handle ParseSchema(
        LibXml2Handle parser, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void> report, nint context)
    {
        reportSchemaErrors(parser.DangerousGetHandle(), report, context);
        return new LibXml2Handle(parseSchema(parser.DangerousGetHandle()), freeSchema);
    }

    public LibXml2Handle NewValidator(LibXml2Handle schema) => new(newValidator(schema.DangerousGetHandle()), freeValidator);

    /// <summary>0 when it fits, above 0 when not, below 0 when the library failed.</summary>
    public int Validate(
        LibXml2Handle validator, LibXml2Handle document, delegate* unmanaged[Cdecl]<nint, LibXml2Error*, void> report, nint context)
    {
        reportErrors(validator.DangerousGetHandle(), report, context);
        return validate(validator.DangerousGetHandle(), document.DangerousGetHandle());
    }
}

/// <summary>The beginning of libxml2's <c>struct _xmlError</c>; what follows is not read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LibXml2Error
{
    public int Domain;
    public int Code;
    public nint Message;
    public int Level;
    public nint File;
    public int Line;
}

/// <summary>Something that libxml2 made, with the function that frees it.</summary>
internal sealed unsafe class LibXml2Handle : SafeHandle
{
    private readonly nint free;

    public LibXml2Handle(nint made, nint free)
        : base(0, ownsHandle: true)
    {
        this.free = free;
        SetHandle(made);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        ((delegate* unmanaged[Cdecl]<nint, void>)free)(handle);
        return true;
    }
}
