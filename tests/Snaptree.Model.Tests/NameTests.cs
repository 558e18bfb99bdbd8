using System.Xml.Linq;

namespace Snaptree.Model.Tests;

public sealed class NameTests
{
    public static TheoryData<string> GoodNames =>
    [
        "a", "before-upgrade", "web 1", "a.b_c-d", "2026", "{curly}", "a\\b", "\u4E2D\u6587", "\u0633\u0644\u0627\u0645", "h\u00E9llo", "e\u0301",
        "\U0001F600", "\U0001FFFE", "x~", "&<>\"'", " padded ", new string('x', 255),
    ];

    public static TheoryData<string> BadNames =>
    [
        "", " ", "\t", "\u3000", "a/b", "/", ".", "..", ".hidden", "-option", "a\nb", "a\r", "a\0b", "\u001B[31m", "a\u0085b", "a\u007F",
        "a\u2028b", "a\u2029b", new string('x', 256), new string('x', 300),
    ];

    // As code units and not as texts: a test runner cannot carry what XML cannot carry.
    public static TheoryData<int, int> UnwritableUnits =>
        new() { { 0xFFFE, 'b' }, { 0xFFFF, 'b' }, { 0xD800, 'b' }, { 0xDC00, 'b' }, { 0xDC00, 0xD800 }, { 'b', 0xDBFF } };

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_name_in_any_script_is_kept_as_it_is_and_survives_XML(string text)
    {
        Assert.Equal(text, SnapshotName.Parse(text).Value);
        Assert.Equal(text, DomainName.Parse(text).ToString());
        Assert.Equal(text, XElement.Parse(new XElement("name", text).ToString(SaveOptions.DisableFormatting), LoadOptions.PreserveWhitespace).Value);
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void What_is_empty_or_too_long_or_breaks_a_line_or_a_path_is_no_name(string text) => Refused(text);

    [Theory]
    [MemberData(nameof(UnwritableUnits))]
    public void What_XML_cannot_carry_is_no_name(int first, int second) => Refused($"a{(char)first}{(char)second}");

    [Fact]
    public void No_text_at_all_is_no_name() => Refused(null);

    [Fact]
    public void A_refusal_never_repeats_the_characters_that_break_a_line() =>
        Assert.DoesNotContain('\n', Assert.Throws<SnapshotException>(() => SnapshotName.Parse("./a\nb")).Message);

    private static void Refused(string? text)
    {
        var snapshot = Assert.Throws<SnapshotException>(() => SnapshotName.Parse(text));
        var domain = Assert.Throws<SnapshotException>(() => DomainName.Parse(text));

        Assert.Equal((ErrorCode.XmlDetail, ErrorCode.Xml), (snapshot.Code, domain.Code));
        Assert.All([snapshot.Remedy, domain.Remedy], remedy => Assert.NotEmpty(remedy));
    }
}
