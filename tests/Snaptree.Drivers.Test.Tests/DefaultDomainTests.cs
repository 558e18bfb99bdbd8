using Snaptree.Formats;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>What <c>test:///default</c> begins with, side by side with libvirt's own.</summary>
public sealed class DefaultDomainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(null)]
    [InlineData("--inactive")]
    public async Task Its_document_is_byte_for_byte_that_of_libvirt(string? option)
    {
        using var limit = new CancellationTokenSource(Limit);
        string[] arguments = ["-c", "test:///default", "dumpxml", DefaultDomain.Name];
        var virsh = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessCommand("virsh", option is null ? arguments : [.. arguments, option]), limit.Token);
        Assert.Equal(virsh.StandardOutput, DomainXml.WithId(DefaultDomain.Xml, option is null ? 1 : null) + "\n");
    }

    [Fact]
    public async Task Defined_and_started_on_a_new_host_it_runs_as_process_1_on_an_image_that_nobody_made()
    {
        await using var lab = new TestLab(new TestHost(new TestHostSettings(TimeProvider.System)));
        await lab.Engine.Domains.DefineAsync(DefaultDomain.Xml, lab.Token);
        await lab.Engine.Domains.StartAsync(DefaultDomain.Name, DomainStartFlags.None, lab.Quiet, lab.Token);

        var status = await lab.Engine.Domains.StatusAsync(DefaultDomain.Name, lab.Token);
        Assert.Equal((DomainState.Running, 1), (status.View.State, status.View.Hypervisor!.ProcessId));
        Assert.Equal(DefaultDomain.Xml, status.Domain.Xml);
        Assert.Equal(DefaultDomain.Uuid, status.Domain.Uuid);
        Assert.Equal((8L << 30, 2), (status.Definition.MemoryBytes, status.Definition.VirtualCpus));
        Assert.Equal("/guest/diskimage1", Assert.Single(lab.Host.Files));
        Assert.False(File.Exists("/guest/diskimage1"));

        await lab.CreateAsync("s1", request => request with { Memory = MemoryLocation.Internal }, DefaultDomain.Name);
        await lab.RevertAsync("s1", domain: DefaultDomain.Name);
        await lab.CreateAsync("s2", domain: DefaultDomain.Name);
        Assert.Equal(DomainState.Running, (await lab.Engine.Domains.StatusAsync(DefaultDomain.Name, lab.Token)).View.State);
    }
}
