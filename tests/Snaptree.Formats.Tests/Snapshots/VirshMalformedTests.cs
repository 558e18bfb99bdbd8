using System.Text;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Documents that are not well formed: virsh shows libxml2's words, the line and a caret, and so do we.</summary>
public sealed class VirshMalformedTests(TestDriver driver) : IClassFixture<TestDriver>
{
    private const string Root = "domainsnapshot";

    public static TheoryData<string> Documents =>
    [
        "", "no markup", "   ", "\n", "<", "</@>", "<@>", "<@>\n<name>x", "<@>\n<name>x\n", "<@>\n<name>x\n\n\n", "<@><name>x</@>", "<@", "<@ ",
        "<@>\n  <name>a</nam>\n</@>", "<@>\r\n  <name>é</nam>\r\n</@>", "<@><name>日本 é</nam></@>", "<@><name>x</name\n></nam></@>",
        "<@ a", "<@ a=", "<@ a=b>", "<@ a=\"b>", "<@ a=\"<\">", "<@ a=\"&\">", "<@ a=\"1\"b=\"2\"/>", "<@ a='1' a='2'/>", "<@ a='1'\n  a='2'/>",
        "<@><a b/></@>", "<@><1a/></@>", "<@>< a/></@>", "<@><a></a ></@>x", "<@/>x", "<@/>\n\nx", "<@/><b/>", "<@ 1='2'/>", "<@ a='\u0001'/>",
        "<@>&nothing;</@>", "<@>&</@>", "<@>& x</@>", "<@>&amp</@>", "<@>&#x;</@>", "<@>&#1;</@>", "<@>&#xZZ;</@>", "<@>&#60</@>", "<@>&#xFFFE;</@>",
        "<@>]]></@>", "<@><!-- a -- b --></@>", "<@><!-- a </@>", "<@><![CDATA[ x</@>", "<@><? x?></@>", "<@><?xml version=\"1.0\"?></@>",
        " <?xml version=\"1.0\"?><@/>", "<?xml version=\"1.0\"?>", "<?xml version=\"1.0\"?>\n", "<?xml version='1.0'?>\n<@>\n<a></b>",
        "<@><!a></@>", "<@></@ x>", "<@></@", "<@></", "<@><", "<@>\u0001</@>", "<@><name>a\u0002b</name></@>", "<!-- c --><a><b></a>",
        "<@><name>😀</name>\n😀</nam>", "<@><name>x</name></nam></@>", "<@><!---- a --></@>", "<@\u0001>", "<@ a='1'\u0001>", "<@ a='1'", "<@ a='1' ",
        "<@><na😀me>x</name></@>",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_not_well_formed_is_told_as_virsh_tells_it(string pattern)
    {
        var xml = pattern.Replace("@", Root);
        var said = driver.Ask($"snapshot-create {TestDriver.Domain} {driver.Keep("broken.xml", xml)}");
        var refusal = Samples.Refused(() => SnapshotXml.ParseCreate(xml));
        Assert.Equal((said, ErrorCode.XmlDetail), ($"error: {LibvirtText.Of(refusal)}\n\n", refusal.Code));
    }

    [Theory]
    [InlineData("<domainsnapshot>\u00FF</domainsnapshot>")]
    [InlineData("<domainsnapshot><name>a</name>\n  \u00C3(</domainsnapshot>")]
    public void Bytes_that_are_no_text_are_told_as_virsh_tells_them(string latin)
    {
        var bytes = Encoding.Latin1.GetBytes(latin);
        File.WriteAllBytes($"{driver.Folder}/bytes.xml", bytes);
        var said = driver.Ask($"snapshot-create {TestDriver.Domain} {driver.Folder}/bytes.xml");
        Assert.Equal(said, $"error: {LibvirtText.Of(Samples.Refused(() => SnapshotXml.TextOf(bytes)))}\n\n");
    }
}
