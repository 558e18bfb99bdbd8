using System.Diagnostics;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Records;

/// <summary>VALIDATE, against our schema and against libvirt's.</summary>
public sealed class SnapshotSchemasTests
{
    private const string NoLibvirt = "/nowhere/domainsnapshot.rng";

    [Theory]
    [InlineData("<domainsnapshot/>")]
    [InlineData("<domainsnapshot><description/><name>a</name><memory/><disks/></domainsnapshot>")]
    [InlineData("<domainsnapshot><state>pmsuspended</state><creationTime>-5</creationTime><parent><name>p</name></parent><active>1</active></domainsnapshot>")]
    [InlineData("<domainsnapshot><memory file='/m'/></domainsnapshot>")]
    [InlineData("<domainsnapshot><memory snapshot='internal'/><domain type='q'><a b='c'>x<d/></a></domain><inactiveDomain/><cookie><cpu/></cookie></domainsnapshot>")]
    [InlineData("<domainsnapshot><disks><disk name='vda'/><disk name='/i/b' snapshot='manual'/></disks></domainsnapshot>")]
    [InlineData("<domainsnapshot><disks><disk name='vda'><source file='/o'><seclabel model='dac'/></source><driver type='qcow2'><metadata_cache><max_size unit='KiB'>4</max_size></metadata_cache></driver></disk></disks></domainsnapshot>")]
    [InlineData("<domainsnapshot><disks><disk name='vda' snapshot='external' type='network'><source protocol='nbd' name='x'><host name='h'/></source></disk></disks></domainsnapshot>")]
    [InlineData("<domainsnapshot><revertDisks><disk name='vda' snapshot='external' type='block'><snapshotDeleteInProgress/><source dev='/dev/x'/></disk></revertDisks></domainsnapshot>")]
    public void A_good_document_fits_our_schema(string xml) => SnapshotXml.Validate(xml, new SnapshotSchemas(NoLibvirt));

    [Theory]
    [InlineData("<later/>")]
    [InlineData("<name>a</name><name>b</name>")]
    [InlineData("<state>nostate</state>")]
    [InlineData("<creationTime>soon</creationTime>")]
    [InlineData("<memory snapshot='manual'/>")]
    [InlineData("<memory snapshot='external'/>")]
    [InlineData("<memory snapshot='no' file='/m'/>")]
    [InlineData("<memory file='m'/>")]
    [InlineData("<parent/>")]
    [InlineData("<active>yes</active>")]
    [InlineData("<disks><disk/></disks>")]
    [InlineData("<disks><disk name=''/></disks>")]
    [InlineData("<disks><disk name='vda' snapshot='odd'/></disks>")]
    [InlineData("<disks><disk name='vda' snapshot='no'><source file='/o'/></disk></disks>")]
    [InlineData("<disks><disk name='vda' type='volume'/></disks>")]
    [InlineData("<disks><disk name='vda'><source file='o'/></disk></disks>")]
    [InlineData("<disks><disk name='vda' type='block'><source file='/o'/></disk></disks>")]
    [InlineData("<disks><disk name='vda' type='network'><source/></disk></disks>")]
    [InlineData("<disks><disk name='vda'><driver type='odd'/></disk></disks>")]
    [InlineData("<disks><vda/></disks>")]
    public void Anything_else_is_92_with_the_schemas_name(string inner)
    {
        var refusal = Refused($"<domainsnapshot>{inner}</domainsnapshot>", NoLibvirt);
        Assert.Equal(ErrorCode.XmlInvalidSchema, refusal.Code);
        Assert.StartsWith("Unable to validate doc against domainsnapshot.rng\n", refusal.Message);
    }

    [Fact]
    public void The_line_is_told()
    {
        var refusal = Refused("<domainsnapshot>\n<name>a</name>\n<later/>\n</domainsnapshot>", NoLibvirt);
        Assert.Contains("line 3", refusal.Remedy);
        Assert.Contains("later", refusal.Foreign!.Text);
    }

    [Theory]
    [InlineData("<domain/>", ErrorCode.Xml)]
    [InlineData("<domainsnapshot>", ErrorCode.XmlDetail)]
    public void Another_root_and_broken_text_are_told_before_the_schema_is_asked(string xml, ErrorCode code) =>
        Assert.Equal(code, Refused(xml, NoLibvirt).Code);

    [Theory]
    [InlineData("<foo/>")]
    [InlineData("<name>a</name><name>b</name>")]
    [InlineData("<state>odd</state>")]
    [InlineData("<disks><disk name='vda'/><disk nam='vda'/></disks>")]
    [InlineData("<domain type='test'/>")]
    public void With_libvirts_schema_the_words_are_virshs(string inner)
    {
        var path = Path.Combine(Path.GetTempPath(), $"snaptree-validate-{Guid.NewGuid()}.xml");
        File.WriteAllText(path, $"<domainsnapshot>{inner}</domainsnapshot>");
        try
        {
            var start = new ProcessStartInfo("/bin/sh")
            {
                ArgumentList = { "-c", "exec virsh -c test:///default \"snapshot-create test $0 --validate\" 2>&1", path },
                Environment = { ["LIBVIRT_LOG_OUTPUTS"] = "4:file:/dev/null", ["LC_ALL"] = "C.UTF-8" },
                RedirectStandardOutput = true,
            };
            using var virsh = Process.Start(start)!;
            var said = virsh.StandardOutput.ReadToEnd();
            virsh.WaitForExit();
            Assert.Equal(said, $"error: {LibvirtText.Of(Refused(File.ReadAllText(path), SnapshotSchema.LibvirtPath))}\n\n");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_schema_of_libvirt_that_is_broken_is_told_and_not_passed_over()
    {
        var path = Path.Combine(Path.GetTempPath(), $"snaptree-schema-{Guid.NewGuid()}.rng");
        File.WriteAllText(path, "<grammar/>");
        try
        {
            var refusal = Refused("<domainsnapshot/>", path);
            Assert.Equal(ErrorCode.OperationFailed, refusal.Code);
            Assert.Contains(path, refusal.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static SnapshotException Refused(string xml, string libvirtPath) =>
        Assert.Throws<SnapshotException>(() => SnapshotXml.Validate(xml, new SnapshotSchemas(libvirtPath)));
}
