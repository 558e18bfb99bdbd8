using Snaptree.Cli.Virsh;
using Snaptree.Model;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class DocumentTests
{
    private const string Xml = "<a>\n  <b x='1&lt;&quot;'>\n    <c/>\n  </b>\n  <d>text</d>\n  <e>some <i>mixed</i> text</e>\n  <!-- said -->\n</a>\n";

    [Theory]
    [InlineData("//b", "<b x=\"1&lt;&quot;\">\n  <c/>\n</b>\n")]
    [InlineData("//c|//d", "<c/>\n<d>text</d>\n")]
    [InlineData("//b/@x", " x=\"1&lt;&quot;\"\n")]
    [InlineData("//d/text()", "text\n")]
    [InlineData("//e", "<e>some <i>mixed</i> text</e>\n")]
    [InlineData("//comment()", "<!-- said -->\n")]
    [InlineData("//nosuch", "")]
    public void Nodes_are_written_as_libxml_writes_them(string expression, string expected) =>
        Assert.Equal(expected, XmlExtract.Of(Xml, expression, wrap: false));

    [Theory]
    [InlineData("//c|//d", "<nodes>\n  <c/>\n  <d>text</d>\n</nodes>\n")]
    [InlineData("//b/@x", "<nodes x=\"1&lt;&quot;\"/>\n")]
    [InlineData("//nosuch", "<nodes/>\n")]
    public void Wrapped_nodes_stand_in_one_element(string expression, string expected) =>
        Assert.Equal(expected, XmlExtract.Of(Xml, expression, wrap: true));

    [Fact]
    public void What_selects_no_nodes_is_an_error()
    {
        var number = Assert.Throws<SnapshotException>(() => XmlExtract.Of(Xml, "count(//b)", wrap: false));
        Assert.Equal("internal error: Incorrect xpath 'count(//b)'", LibvirtText.Of(number));
        var nonsense = Assert.Throws<VirshFailureException>(() => XmlExtract.Of(Xml, "//[", wrap: false));
        Assert.Equal("Invalid XPath expression '//['", LibvirtText.Of(nonsense.Cause!));
    }

    [Fact]
    public void Arguments_become_the_document_that_virsh_makes()
    {
        var document = new SnapshotRequestText("s<1>", "what");
        Assert.True(document.TryAddMemory("/m,,1,snapshot=external"));
        document.AddDisk("vda,file=/x,snapshot=external,driver=qcow2,stype=block", _ => { });
        document.AddDisk("vdb,,x", _ => { });
        Assert.Equal(
            """
            <domainsnapshot>
              <name>s&lt;1&gt;</name>
              <description>what</description>
              <memory snapshot='external' file='/m,1'/>
              <disks>
                <disk name='vda' snapshot='external' type='block'>
                  <driver type='qcow2'/>
                  <source dev='/x'/>
                </disk>
                <disk name='vdb,x'/>
              </disks>
            </domainsnapshot>

            """,
            document.ToString());
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("file=/a,file=/b")]
    [InlineData("/a,/b")]
    [InlineData("/a,")]
    [InlineData(",")]
    public void A_wrong_memspec_is_refused(string text) => Assert.False(new SnapshotRequestText("s", null).TryAddMemory(text));

    [Theory]
    [InlineData("vda,foo", null)]
    [InlineData("vda,", null)]
    [InlineData(",vda", null)]
    [InlineData("vda,file=/a,file=/b", null)]
    [InlineData("vda,stype=net", "Unknown storage type: 'net'")]
    public void A_wrong_diskspec_is_refused(string text, string? said)
    {
        string? told = null;
        var failure = Assert.Throws<VirshFailureException>(() => new SnapshotRequestText("s", null).AddDisk(text, line => told = line));
        Assert.Equal(($"unable to parse diskspec: {text}", said), (failure.Line, told));
    }

    [Theory]
    [InlineData("<memory snapshot='internal'/>", "running", false)]
    [InlineData("<memory snapshot='external'/>", "running", true)]
    [InlineData("<memory snapshot='no'/><disks><disk snapshot='external'/></disks>", "disk-snapshot", true)]
    [InlineData("<disks><disk snapshot='external'/></disks>", "shutoff", false)]
    [InlineData("", "disk-snapshot", true)]
    public void Where_a_snapshot_is_follows_virshs_reading(string elements, string state, bool isExternal) =>
        Assert.Equal(isExternal, SnapshotXmlText.Facts($"<domainsnapshot><state>{state}</state>{elements}</domainsnapshot>").IsExternal);

    [Theory]
    [InlineData(null, null, "vi /tmp/f.xml")]
    [InlineData("visual", "other", "visual /tmp/f.xml")]
    [InlineData("", "nano", "nano /tmp/f.xml")]
    [InlineData(null, "sed -i s/a/b/", "sh -c 'sed -i s/a/b/ /tmp/f.xml'")]
    public void The_editor_is_found_as_virsh_finds_it(string? visual, string? editor, string expected) =>
        Assert.Equal(expected, XmlEditor.CommandOf(name => name == "VISUAL" ? visual : editor, "/tmp/f.xml").ToString());

    [Fact]
    public void A_temporary_path_that_a_shell_would_misread_is_refused() =>
        Assert.Throws<VirshFailureException>(() => XmlEditor.CommandOf(_ => "vi -x", "/tmp/a b/f.xml"));
}
