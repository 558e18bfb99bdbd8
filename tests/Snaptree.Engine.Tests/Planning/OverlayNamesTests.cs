using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class OverlayNamesTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void A_name_tells_image_snapshot_disk_and_operation() =>
        Assert.Equal("/images/web.before_upgrade-vda-abcdefghij.qcow2", For("/images/web.img", "before upgrade").Value);

    [Fact]
    public void The_overlay_lies_beside_the_image_it_continues()
    {
        var facts = PlanLab.Facts(new("base"), new("/fast/a.qcow2", "base"));

        Assert.Equal("/fast/base.s-vda-abcdefghij.qcow2", OverlayNames.For(facts, PlanLab.Vda, new("/fast/a.qcow2"), SnapshotName.Parse("s")).Value);
        Assert.Equal("/a.s-vda-abcdefghij.qcow2", For("/a", "s").Value);
    }

    [Fact]
    public void Disks_of_one_operation_never_share_a_name()
    {
        var facts = PlanLab.Facts(new("/images/disk.raw"), new("/images/disk.qcow2") { Disk = "vdb" });

        var paths = CreatePlanner.Plan(facts, new CreateRequest(SnapshotName.Parse("s"))).Costs.FilesWritten;

        Assert.Equal(2, paths.Distinct().Count());
    }

    [Fact]
    public void A_file_name_has_at_most_255_bytes_and_no_half_characters_whatever_the_names() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000),
            Prop.ForAll(Text(1, 120).ToArbitrary(), Text(1, 120).ToArbitrary(), (stem, snapshot) =>
            {
                var file = For($"/images/{stem}.qcow2", $"s{snapshot}").FileName;

                Assert.InRange(Strict.GetByteCount(file), 1, 255);
                Assert.Contains("abcdefghij", file);
            }));

    private static ImagePath For(string original, string snapshot) =>
        OverlayNames.For(PlanLab.Facts(new Layer(original)), PlanLab.Vda, new ImagePath(original), SnapshotName.Parse(snapshot));

    private static Gen<string> Text(int least, int most) =>
        from count in Gen.Choose(least, most)
        from parts in Gen.Elements("a", "-", ".", "\u00E9", "\u4E2D", "\U0001F600", "e\u0301").ArrayOf(count)
        select string.Concat(parts);
}
