namespace Snaptree.Platform.Tests.Xml;

public sealed class RelaxNgSchemaTests
{
    private const string Schema =
        """
        <grammar xmlns='http://relaxng.org/ns/structure/1.0'>
          <start><element name='a'><zeroOrMore><element name='b'><text/></element></zeroOrMore></element></start>
        </grammar>
        """;

    [Fact]
    public void A_document_that_fits_has_no_findings()
    {
        using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema);
        Assert.Empty(schema.Validate("<a>\n<b>é 日本</b>\n</a>"));
        Assert.Empty(schema.Validate("<a/>"));
    }

    [Fact]
    public void What_does_not_fit_is_told_with_its_line_and_each_document_for_itself()
    {
        using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema);
        XmlFinding finding = Assert.Single(schema.Validate("<a>\n<b/>\n<c/>\n</a>"));
        Assert.Equal((3, "Did not expect element c there"), (finding.Line, finding.Words));
        Assert.Empty(schema.Validate("<a/>"));
    }

    [Fact]
    public void A_schema_is_read_from_a_file_with_what_it_includes()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder["inner.rng"], Schema);
        File.WriteAllText(folder["outer.rng"], "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><include href='inner.rng'/></grammar>");
        using RelaxNgSchema schema = RelaxNgSchema.Read(folder["outer.rng"]);
        Assert.Single(schema.Validate("<b/>"));
    }

    [Theory]
    [InlineData("<a/>")]
    [InlineData("<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><ref name='none'/></start></grammar>")]
    [InlineData("no markup")]
    [InlineData("")]
    public void What_is_no_schema_is_refused(string text) => Assert.Throws<XmlSchemaException>(() => RelaxNgSchema.Parse(text));

    [Fact]
    public void A_missing_schema_file_is_refused_by_its_path() =>
        Assert.Contains("/nowhere.rng", Assert.Throws<XmlSchemaException>(() => RelaxNgSchema.Read("/nowhere.rng")).Message);

    [Theory]
    [InlineData("")]
    [InlineData("<a>")]
    [InlineData("<a>&e;</a>")]
    public void A_document_that_is_not_well_formed_is_refused(string xml)
    {
        using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema);
        Assert.Throws<XmlSchemaException>(() => schema.Validate(xml));
    }

    [Fact]
    public void An_external_entity_is_not_fetched()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder["secret"], "<c/>");
        using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema);
        IReadOnlyList<XmlFinding> findings = schema.Validate($"<!DOCTYPE a [<!ENTITY e SYSTEM 'file://{folder["secret"]}'>]><a><b>&e;</b></a>");
        Assert.DoesNotContain(findings, finding => finding.Words.Contains("element c"));
    }

    [Fact]
    public void A_missing_library_is_named_with_its_package()
    {
        LibXml2MissingException missing = Assert.Throws<LibXml2MissingException>(() => RelaxNgSchema.Parse(Schema, ["libnothing.so.1"]));
        Assert.Contains("libnothing.so.1", missing.Message);
        Assert.Contains("apt install libxml2", missing.Message);
    }

    [Fact]
    public void The_next_name_is_tried_when_the_first_is_not_there()
    {
        using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema, ["libnothing.so.1", "libxml2.so.2", "libxml2.so.16"]);
        Assert.Empty(schema.Validate("<a/>"));
    }

    [Fact]
    public void A_disposed_schema_says_so()
    {
        RelaxNgSchema schema = RelaxNgSchema.Parse(Schema);
        schema.Dispose();
        Assert.Throws<ObjectDisposedException>(() => schema.Validate("<a/>"));
    }

    [Fact(Timeout = Limits.Test)]
    public Task Schemas_of_several_threads_do_not_disturb_each_other() => Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
    {
        for (int round = 0; round < 50; round++)
        {
            using RelaxNgSchema schema = RelaxNgSchema.Parse(Schema.Replace("'b'", $"'b{number}'"));
            Assert.Empty(schema.Validate($"<a><b{number}/></a>"));
            Assert.Contains($"b{number}x", Assert.Single(schema.Validate($"<a><b{number}x/></a>")).Words);
        }
    })));
}
