using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>What of redefine libvirt's test driver cannot show: texts that are kept, flags, and what becomes of it in the model.</summary>
public class RedefineTests
{
    [Theory]
    [InlineData("1791795222118")]
    [InlineData("-62135596801")]
    public void A_time_of_creation_that_no_calendar_has_is_refused(string seconds)
    {
        var xml = $"<domainsnapshot><name>s</name><state>shutoff</state><creationTime>{seconds}</creationTime></domainsnapshot>";
        var error = Assert.Throws<SnapshotException>(() => SnapshotXml.ParseRedefine(xml));
        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Contains(seconds, error.Message);
    }

    private static readonly Guid Domain = new(Samples.Uuid);

    /// <summary>As libvirt 12 writes it for a running guest with an unfinished deletion, plus what only old versions wrote.</summary>
    internal const string Whole =
        """
        <domainsnapshot xmlns:app='urn:app'>
          <name>s2</name>
          <description>two
        lines</description>
          <state>paused</state>
          <parent>
            <name>s1</name>
          </parent>
          <creationTime>1795222118</creationTime>
          <memory snapshot='external' file='/m/s2'/>
          <disks>
            <disk name='vda' snapshot='external' type='file'>
              <snapshotDeleteInProgress/>
              <driver type='qcow2'>
                <metadata_cache>
                  <max_size unit='bytes'>4096</max_size>
                </metadata_cache>
              </driver>
              <source file='/i/a.s2'>
                <seclabel model='selinux' relabel='no'/>
              </source>
            </disk>
          </disks>
          <revertDisks>
            <disk name='vda' snapshot='external' type='file'>
              <source file='/i/a.1795222200'/>
            </disk>
          </revertDisks>
          <domain type='qemu' id='7'>
            <name>d</name>
            <uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid>
            <metadata><app:x>keep   me</app:x></metadata>
            <memory unit='MiB'>64</memory>
            <os><type>hvm</type></os>
            <devices>
              <disk type='file'><source file='/i/a'/><target dev='vda' bus='virtio'/></disk>
              <graphics type='vnc' passwd='secret' passwdValidTo='2030-01-01T00:00:00'/>
            </devices>
          </domain>
          <inactiveDomain type='qemu'>
            <name>d</name>
            <devices><graphics type='spice' passwd="secret"/></devices>
          </inactiveDomain>
          <cookie>
            <cpu mode='custom'/>
            <slirpHelper/>
          </cookie>
          <active>1</active>
        </domainsnapshot>
        """;

    [Fact]
    public void Everything_that_a_document_carries_is_read()
    {
        var document = SnapshotXml.ParseRedefine(Whole);
        Assert.Equal(
            ("s2", "two\nlines", SnapshotState.Paused, "s1", 1795222118L), (document.Name, document.Description, document.State!.Value, document.Parent, document.CreatedAtSeconds!.Value));
        Assert.Equal((MemoryLocation.External, "/m/s2", true), (document.Memory!.Value, document.MemoryPath, document.Active!.Value));
        Assert.Equal(
            new DocumentDisk("vda", SnapshotLocation.External)
            {
                Format = "qcow2",
                MetadataCacheBytes = 4096,
                Path = "/i/a.s2",
                Source = "<source file='/i/a.s2'>\n  <seclabel model='selinux' relabel='no'/>\n</source>",
                DeleteInProgress = true,
            },
            Assert.Single(document.Disks));
        Assert.Equal(Domain, document.DomainUuid);
        Assert.StartsWith("<domain type='qemu' id='7' xmlns:app='urn:app'>\n  <name>d</name>\n", document.Texts.Domain);
        Assert.EndsWith("\n  </devices>\n</domain>", document.Texts.Domain);
        Assert.Equal("<cookie>\n  <cpu mode='custom'/>\n  <slirpHelper/>\n</cookie>", document.Texts.Cookie);
        Assert.StartsWith("<inactiveDomain type='qemu'>\n  <name>d</name>", document.Texts.InactiveDomain);
        Assert.StartsWith("<revertDisks>\n  <disk name='vda' snapshot='external' type='file'>\n    <source file=", document.Texts.RevertDisks);
    }

    [Fact]
    public void What_was_read_is_written_again_without_the_instances_number_and_without_secrets()
    {
        var (snapshot, texts) = Made(Whole.Replace(" xmlns:app='urn:app'", "").Replace("<app:x>", "<app:x xmlns:app='urn:app'>"));
        var plain = Whole.Replace(" xmlns:app='urn:app'", "").Replace("<app:x>", "<app:x xmlns:app='urn:app'>")
            .Replace("  <active>1</active>\n", "").Replace(" id='7'", "") + "\n";
        Assert.Equal(plain, SnapshotXml.Write(snapshot, texts, "s1", SnapshotXmlFlags.Secure));
        Assert.Equal(
            plain.Replace(" passwd='secret'", "").Replace(" passwd=\"secret\"", ""), SnapshotXml.Write(snapshot, texts, "s1"));
    }

    [Fact]
    public void A_record_file_carries_all_of_it_too()
    {
        var (snapshot, texts) = Made(Whole);
        var record = SnapshotXml.ReadRecord(SnapshotXml.WriteRecord(snapshot, texts, "s1", active: true));
        Assert.Equal(snapshot.Disks, record.Snapshot.Disks);
        Assert.Equal(texts with { Domain = texts.Domain!.Replace(" id='7'", "") }, record.Texts);
        Assert.Equal(("s1", true), (record.ParentName, record.Active));
    }

    [Theory]
    [InlineData("<domain><uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid></domain>", true)]
    [InlineData("<domain/>", false)]
    [InlineData("", false)]
    public void A_domain_without_a_type_is_no_definition_but_its_UUID_is_known(string domain, bool hasUuid)
    {
        var document = SnapshotXml.ParseRedefine(Minimal("running", domain));
        Assert.Null(document.Texts.Domain);
        Assert.Equal(hasUuid ? Domain : null, document.DomainUuid);
    }

    [Theory]
    [InlineData("running", true)]
    [InlineData("shutoff", false)]
    [InlineData("disk-snapshot", false)]
    public void A_cookie_is_read_only_with_a_state_that_has_memory(string state, bool isRead) =>
        Assert.Equal(isRead, SnapshotXml.ParseRedefine(Minimal(state, "<cookie/>")).Texts.Cookie is not null);

    [Theory]
    [InlineData("running", MemoryLocation.Internal)]
    [InlineData("paused", MemoryLocation.Internal)]
    [InlineData("pmsuspended", MemoryLocation.Internal)]
    [InlineData("shutoff", MemoryLocation.No)]
    [InlineData("disk-snapshot", MemoryLocation.No)]
    public void Memory_that_is_not_named_follows_the_state(string state, MemoryLocation memory) =>
        Assert.Equal(memory, SnapshotXml.ParseRedefine(Minimal(state)).Memory);

    [Fact]
    public void The_domain_document_of_the_replaced_snapshot_is_kept_when_the_new_one_has_none()
    {
        var (existing, texts) = Made(Whole);
        var facts = Facts(new SnapshotTree([Parent, existing], null)) with { ExistingDomainXml = texts.Domain };
        var redefinition = SnapshotRedefinition.Check(SnapshotXml.ParseRedefine(Minimal("running").Replace(">a<", ">s2<")), facts);
        Assert.Equal((existing, texts.Domain), (redefinition.Existing, redefinition.Texts.Domain));
    }

    [Theory]
    [InlineData("shutoff", SnapshotCreateFlags.DiskOnly, "disk-only flag for snapshot a requires disk-snapshot state")]
    [InlineData("disk-snapshot", SnapshotCreateFlags.DiskOnly, null)]
    [InlineData("shutoff", SnapshotCreateFlags.None, null)]
    public void The_flag_for_disks_alone_demands_the_state_of_disks_alone(string state, SnapshotCreateFlags flags, string? message)
    {
        var facts = Facts(new SnapshotTree([], null)) with { Flags = SnapshotCreateFlags.Redefine | flags };
        var document = SnapshotXml.ParseRedefine(Minimal(state, Samples.Domain(devices: Samples.Disk())));
        if (message is null)
        {
            Assert.Equal("a", SnapshotRedefinition.Check(document, facts).Document.Name);
            return;
        }

        var refusal = Samples.Refused(() => SnapshotRedefinition.Check(document, facts));
        Assert.Equal((ErrorCode.InvalidArgument, message), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void Each_disk_claims_the_image_of_the_documents_domain()
    {
        var (snapshot, _) = Made(Whole);
        var disk = Assert.Single(snapshot.Disks);
        Assert.Equal(
            (new ImagePath("/i/a"), ImageFormat.Raw, new ImagePath("/i/a.s2"), true),
            (disk.Image!.Value, disk.Format!.Value, disk.Overlay!.Value, disk.Details!.DeleteInProgress));
    }

    [Fact]
    public void A_broken_domain_document_is_refused_in_the_words_of_its_own_reader() => Assert.Equal(
        Samples.Refused("<domain type='qemu'><uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid></domain>").Message,
        Samples.Refused(() => SnapshotRedefinition.Check(
            SnapshotXml.ParseRedefine(Minimal("running", "<domain type='qemu'><uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid></domain>")),
            Facts(new SnapshotTree([], null)))).Message);

    private static readonly Snapshot Parent = new()
    {
        Uuid = new Guid(1, 0, 0, new byte[8]),
        Name = SnapshotName.Parse("s1"),
        CreatedAt = DateTimeOffset.UnixEpoch,
        State = SnapshotState.Shutoff,
    };

    private static RedefineFacts Facts(SnapshotTree tree) => new(Domain, tree, SnapshotCreateFlags.Redefine, _ => true);

    internal static (Snapshot Snapshot, SnapshotTexts Texts) Made(string xml)
    {
        var made = SnapshotRedefinition.Check(SnapshotXml.ParseRedefine(xml), Facts(new SnapshotTree([Parent], null)));
        var document = made.Document;
        return (
            Parent with
            {
                Uuid = new Guid(2, 0, 0, new byte[8]),
                Name = SnapshotName.Parse(document.Name),
                Description = document.Description,
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(document.CreatedAtSeconds!.Value),
                State = document.State!.Value,
                Parent = made.Parent?.Uuid,
                Memory = document.Memory!.Value,
                MemoryPath = document.MemoryPath,
                Disks = made.Disks,
            },
            made.Texts);
    }

    private static string Minimal(string state, string rest = "") =>
        $"<domainsnapshot><name>a</name><state>{state}</state><creationTime>5</creationTime>{rest}</domainsnapshot>";
}
