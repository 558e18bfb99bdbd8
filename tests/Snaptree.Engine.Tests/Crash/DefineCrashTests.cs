using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>Defining and undefining change the catalogue and one file; a stop between the two is mended by the next command.</summary>
public sealed class DefineCrashTests
{
    [Fact]
    public async Task A_define_stopped_before_its_record_is_completed_by_the_next_command()
    {
        await using var lab = new EngineLab(StopAt("defined"));
        await Assert.ThrowsAsync<StoppedAtDurablePointException>(() => DefineAsync(lab));
        lab.Reopen();
        var domain = lab.Engine.Sessions.Find("vm");
        Assert.False(File.Exists(Record(lab, domain)));

        Assert.Null(await lab.RecoverAsync("vm"));
        Assert.Equal(domain.Xml, await File.ReadAllTextAsync(Record(lab, domain), lab.Token));
        await lab.CreateAsync("vm", "s1");
        Assert.Empty(lab.Unclaimed("vm"));
    }

    [Fact]
    public async Task An_undefine_stopped_half_way_leaves_the_domain_whole_and_can_be_repeated()
    {
        await using var lab = new EngineLab();
        var domain = await DefineAsync(lab);
        var before = await lab.FactsAsync("vm");
        lab.Reopen(StopAt("retired"));
        await Assert.ThrowsAsync<StoppedAtDurablePointException>(() => UndefineAsync(lab));
        lab.Reopen();
        Assert.False(File.Exists(Record(lab, domain)));

        Assert.Null(await lab.RecoverAsync("vm"));
        Assert.Equal(before, await lab.FactsAsync("vm"));
        await UndefineAsync(lab);
        Assert.Empty(lab.Engine.Domains.List());
        Assert.False(File.Exists(Record(lab, domain)));
        Assert.True(File.Exists(Record(lab, domain, "domain.retired.xml")));

        // Its images are as they were, so it can be defined once more.
        await lab.DefineAsync("vm", new ImagePath($"{lab.Disks}/a.qcow2"));
    }

    private static CrashClock StopAt(string name) => new(1, point => point.Name == name);

    private static async Task<DomainRecord> DefineAsync(EngineLab lab) => await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));

    private static Task UndefineAsync(EngineLab lab) => lab.Engine.Domains.UndefineAsync("vm", DomainUndefineFlags.None, lab.Quiet, lab.Token);

    private static string Record(EngineLab lab, DomainRecord domain, string name = "domain.xml") => $"{lab.State}/domains/{domain.Uuid}/{name}";
}
