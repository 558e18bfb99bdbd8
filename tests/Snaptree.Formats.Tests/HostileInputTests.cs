using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Documents made to hurt: each is refused, and soon.</summary>
public class HostileInputTests
{
    private const int LimitMilliseconds = 10_000;

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("")]
    [InlineData("no markup")]
    [InlineData("<domain type='kvm'>\n  <name>a</nam>\n</domain>")]
    [InlineData("<domain type='kvm' type='qemu'/>")]
    [InlineData("<domain>&nothing;</domain>")]
    [InlineData("<domain>\u0001</domain>")]
    [InlineData("<domain/><domain/>")]
    [InlineData("<domain>\0</domain>")]
    public Task What_is_not_well_formed_is_35(string xml) => IsRefusedAsync(ErrorCode.XmlDetail, xml);

    /// <summary>By number: the compiler would store a half of a pair as something else.</summary>
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    [InlineData(0xFFFE)]
    public async Task A_character_that_XML_cannot_carry_is_35(int character)
    {
        await IsRefusedAsync(ErrorCode.XmlDetail, $"<domain>{(char)character}</domain>");
        await IsRefusedAsync(ErrorCode.XmlDetail, $"<domain a='{(char)character}'/>");
    }

    [Fact]
    public void The_place_of_the_fault_is_told()
    {
        var refusal = Samples.Refused("<domain type='kvm'>\n  <name>a</nam>\n</domain>");
        Assert.Equal(
            "(domain_definition):2: Opening and ending tag mismatch: name line 2 and nam\n  <name>a</nam>\n---------------^", refusal.Message);
        Assert.Contains("name", refusal.Foreign!.Text);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public Task An_entity_bomb_does_not_go_off()
    {
        var entities = string.Concat(Enumerable.Range(1, 40).Select(level =>
            $"<!ENTITY e{level} '{string.Concat(Enumerable.Repeat($"&e{level - 1};", 10))}'>"));
        return IsRefusedAsync(ErrorCode.XmlDetail, $"<!DOCTYPE domain [<!ENTITY e0 'ha'>{entities}]><domain>&e40;</domain>");
    }

    [Fact(Timeout = LimitMilliseconds)]
    public Task An_external_entity_is_not_fetched() =>
        IsRefusedAsync(ErrorCode.XmlDetail, "<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><domain><name>&e;</name></domain>");

    [Fact(Timeout = LimitMilliseconds)]
    public Task A_document_beyond_16_MiB_is_27() =>
        IsRefusedAsync(ErrorCode.Xml, $"<domain>{new string(' ', 16 << 20)}</domain>");

    [Fact(Timeout = LimitMilliseconds)]
    public Task Nesting_without_end_is_27() => IsRefusedAsync(ErrorCode.Xml, string.Concat(Enumerable.Repeat("<a>", 5_000_000)));

    [Fact(Timeout = LimitMilliseconds)]
    public Task The_deepest_document_that_is_read_has_256_levels() => Task.Run(() =>
    {
        string Nested(int levels) => Samples.Domain(
            "<metadata>" + string.Concat(Enumerable.Repeat("<a>", levels - 2)) + string.Concat(Enumerable.Repeat("</a>", levels - 2)) + "</metadata>");

        Assert.Equal("d", DomainXml.Parse(Nested(256)).Name.Value);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(Nested(257)).Code);
    });

    [Fact(Timeout = LimitMilliseconds)]
    public Task A_hundred_thousand_attributes_and_disks_are_read_in_time() => Task.Run(() =>
    {
        var attributes = string.Concat(Enumerable.Range(0, 100_000).Select(n => $" a{n}=''"));
        Assert.Equal(100_000, DomainXml.Parse(Samples.Domain($"<vcpu{attributes}>1</vcpu>")).Unrealised.Length);

        var disks = string.Concat(Enumerable.Range(0, 50_000).Select(n => $"<disk><source file='/i/{n}'/><target dev='vd{n}'/></disk>"));
        Assert.Equal(50_000, DomainXml.Parse(Samples.Domain(devices: disks)).Disks.Length);
    });

    [Fact(Timeout = LimitMilliseconds)]
    public Task A_hundred_megabytes_are_refused_before_anything_is_made_of_them() => Task.Run(() =>
    {
        var bytes = new byte[100 << 20];
        var text = new string(' ', 100 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => SnapshotXml.TextOf(bytes)).Code);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => SnapshotXml.ParseCreate(text)).Code);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => SnapshotXml.ParseRedefine(text)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    });

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("<!DOCTYPE domainsnapshot [<!ENTITY e 'x'>]><domainsnapshot><name>&e;</name></domainsnapshot>")]
    [InlineData("<!DOCTYPE domainsnapshot SYSTEM 'file:///etc/passwd'><domainsnapshot/>")]
    public Task A_document_type_declaration_costs_nothing_and_is_named(string xml) => Task.Run(() =>
    {
        var refusal = Samples.Refused(() => SnapshotXml.ParseCreate(xml));
        Assert.StartsWith("(domain_snapshot):1: document type declarations are not accepted\n", refusal.Message);
    });

    [Fact(Timeout = LimitMilliseconds)]
    public Task The_excerpt_of_a_line_without_end_stays_short() => Task.Run(() =>
    {
        var refusal = Samples.Refused(() => SnapshotXml.ParseCreate($"<domainsnapshot>{new string('x', 10 << 20)}</a>{new string('y', 1 << 20)}"));
        Assert.InRange(refusal.Message.Length, 0, 16 << 10);
        var lines = refusal.Message.Split('\n');
        Assert.Equal((3, '>'), (lines.Length, lines[1][lines[2].IndexOf('^') - 1]));
    });

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x3C, 0x00 })]
    [InlineData(new byte[] { 0x3C, 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    public void Bytes_that_are_no_UTF_8_are_refused_with_the_bytes(byte[] bytes)
    {
        var refusal = Samples.Refused(() => SnapshotXml.TextOf(bytes));
        Assert.Equal(ErrorCode.XmlDetail, refusal.Code);
        Assert.Contains("\nBytes: 0x", refusal.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text() => Assert.Equal("<a/>", SnapshotXml.TextOf([0xEF, 0xBB, 0xBF, .. "<a/>"u8]));

    /// <summary>All doors into the room, each with the same document.</summary>
    private static Task IsRefusedAsync(ErrorCode code, string xml) => Task.Run(() =>
    {
        Action[] doors =
        [
            () => DomainXml.Parse(xml),
            () => DomainXml.WithName(xml, DomainName.Parse("n")),
            () => DomainXml.WithUuid(xml, Guid.Empty),
            () => DomainXml.WithDiskSources(xml, new Dictionary<DiskTarget, (ImagePath, ImageFormat)>()),
        ];
        Assert.All(doors, door => Assert.Equal(code, Samples.Refused(door).Code));

        var snapshot = xml.Replace("domain", "domainsnapshot");
        Assert.Equal(code, Samples.Refused(() => SnapshotXml.ParseCreate(snapshot)).Code);
        if (snapshot.Length < 16 << 20)
        {
            Assert.Equal(code, Samples.Refused(() => SnapshotXml.ReadRecord(snapshot)).Code);
            Assert.Equal(code, Samples.Refused(() => SnapshotXml.ParseRedefine(snapshot)).Code);
        }
    });
}
