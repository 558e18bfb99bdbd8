using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Documents that nobody thought of.</summary>
public class AnyDocumentTests
{
    private static readonly string[] Pieces =
    [
        "<", ">", "</", "/>", "'", "\"", "&", "&amp;", "&#0;", "]]>", "<!--", "-->", "<![CDATA[", "<?x ?>", "<!DOCTYPE a>", "\0", "\uD800", "\n", " ", "=",
        "<disk/>", "<disk name='/i/a'/>", " snapshot='external'", " type='network'", " type='block'", "<source protocol='nbd'/>", "<max_size unit='E'>9</max_size>",
        "<domain/>", "<memory/>", "<memory file='rel'/>", "<state>shutoff</state>", "<name/>", "<creationTime>-9223372036854775808</creationTime>",
        "9999999999999999999999", "é", "😀", "xmlns:a='u'", "<a:b/>", "xmlns='u'", "<cookie/>",
    ];

    /// <summary>A good document with pieces cut out, doubled, or put in.</summary>
    private static Gen<string> Damaged =>
        from changes in Gen.Choose(1, 4)
        from edits in Gen.ArrayOf(Edit, changes)
        select edits.Aggregate(RedefineTests.Whole, (text, edit) => edit(text));

    private static Gen<Func<string, string>> Edit =>
        from kind in Gen.Choose(0, 2)
        from at in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(1, 60)
        from piece in Gen.Elements(Pieces)
        select new Func<string, string>(text =>
        {
            var start = at % (text.Length + 1);
            var slice = text.Substring(start, Math.Min(length, text.Length - start));
            return kind switch
            {
                0 => text.Remove(start, slice.Length),
                1 => text.Insert(start, slice),
                _ => text.Insert(start, piece),
            };
        });

    [Fact]
    public void Whatever_stands_in_a_document_the_answer_is_ours() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Arb.From(Damaged), xml =>
        {
            Answer(() => SnapshotXml.ParseCreate(xml, offline: true, DateTimeOffset.UnixEpoch));
            Answer(() => SnapshotXml.ReadRecord(xml));
            Answer(() => SnapshotXml.TextOf(Encoding.Latin1.GetBytes(xml)));
            Answer(() =>
            {
                var (snapshot, texts) = RedefineTests.Made(xml);
                SnapshotXml.Write(snapshot, texts, "p");
            });
        }));

    [Fact]
    public void What_is_not_well_formed_is_always_told_with_its_line_the_text_and_a_caret() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Arb.From(Damaged), xml =>
        {
            if (Answer(() => SnapshotXml.ParseCreate(xml)) is { Code: ErrorCode.XmlDetail } refusal)
            {
                Assert.Matches(@"\A\(domain_snapshot\):[0-9]+: [\s\S]+\n.*\n-*\^\z", refusal.Message);
            }
        }));

    [Fact]
    public void What_was_written_is_read_and_written_the_same() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Arb.From(AnySnapshot), sample =>
        {
            var first = SnapshotXml.Write(sample.Snapshot, sample.Texts, "s1", SnapshotXmlFlags.Secure);
            var (snapshot, texts) = RedefineTests.Made(first);
            Assert.Equal(first, SnapshotXml.Write(snapshot, texts, "s1", SnapshotXmlFlags.Secure));
            var record = SnapshotXml.ReadRecord(SnapshotXml.WriteRecord(snapshot, texts, "s1", active: true));
            Assert.Equal(first, SnapshotXml.Write(record.Snapshot, record.Texts, record.ParentName, SnapshotXmlFlags.Secure));
            Assert.Equal(snapshot.Disks, record.Snapshot.Disks);
        }));

    private static Gen<(Snapshot Snapshot, SnapshotTexts Texts)> AnySnapshot =>
        from state in Gen.Elements(SnapshotState.Running, SnapshotState.Paused, SnapshotState.PmSuspended, SnapshotState.Crashed)
        from seconds in Gen.Choose(-5, int.MaxValue).Where(seconds => seconds != 0)
        from details in Gen.OneOf(AnyDetails.Select(details => (SnapshotDiskDetails?)details), Gen.Constant<SnapshotDiskDetails?>(null))
        from description in Gen.Elements("d", "a<b>&'\"", "two\nlines\t ", null!)
        from cookie in Gen.Elements("<cookie/>", "<cookie>\n  <cpu mode='custom'/>\n</cookie>", null!)
        let made = RedefineTests.Made(RedefineTests.Whole)
        let path = details is { Type: StorageType.Network } ? (ImagePath?)null : new ImagePath("/o/it's & <more>")
        let disk = made.Snapshot.Disks[0] with { Overlay = path, Details = details }
        select (
            made.Snapshot with
            {
                State = state,
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(seconds),
                Description = description,
                Disks = [disk],
            },
            made.Texts with { Cookie = cookie });

    private static Gen<SnapshotDiskDetails> AnyDetails =>
        from type in Gen.Elements(StorageType.File, StorageType.Block, StorageType.Network)
        from format in Gen.Elements("qcow2", "qed", "raw", null!)
        from cache in Gen.Elements<long?>(null, 1, long.MaxValue)
        from inProgress in Gen.Elements(true, false)
        from labelled in Gen.Elements(true, false)
        select new SnapshotDiskDetails
        {
            Type = type,
            Format = format,
            MetadataCacheBytes = format is null ? null : cache,
            DeleteInProgress = inProgress,
            Source = type == StorageType.Network ? "<source protocol='nbd' name='n'>\n  <host name='h' port='1'/>\n</source>"
                : labelled ? "<source>\n  <seclabel model='dac'>\n    <label>+0:+0</label>\n  </seclabel>\n</source>"
                : null,
        };

    private static SnapshotException? Answer(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (SnapshotException refusal)
        {
            return refusal;
        }
    }
}
