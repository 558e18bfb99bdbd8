using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>One operation of the engine, to be disturbed everywhere.</summary>
/// <param name="Prepare">Builds what it works on; the domain is defined and, unless <see cref="StartsShutOff"/>, running.</param>
/// <param name="After">Names of the snapshots when it has been done.</param>
internal sealed record OperationCase(Func<TestLab, Task> Prepare, Func<TestLab, Task> Act, string[] After)
{
    internal bool StartsShutOff { get; init; }

    /// <summary>Both disks can hold internal snapshots.</summary>
    internal bool IsInternal { get; init; }

    /// <summary>The snapshot whose state is the present one afterwards; null when the present state does not change.</summary>
    internal string? RevertsTo { get; init; }

    /// <summary>What the domain does when it has been done; null when that does not change.</summary>
    internal DomainState? EndsAs { get; init; }
}

/// <summary>Every kind of operation on every shape of tree that has its own plan.</summary>
internal static class OperationCases
{
    /// <summary>More than is streamed up without asking what it costs.</summary>
    private const int Heavy = 300;

    internal static IReadOnlyDictionary<string, OperationCase> All { get; } = new Dictionary<string, OperationCase>
    {
        ["create a checkpoint"] = new(OneAsync, lab => lab.CreateAsync("s2"), ["s1", "s2"]),
        ["create a checkpoint of a paused guest"] = new(PausedAsync, lab => lab.CreateAsync("s2"), ["s1", "s2"]),
        ["create a disk snapshot"] = new(OneAsync, lab => lab.CreateAsync("s2", DiskOnly), ["s1", "s2"]),
        ["create a quiesced disk snapshot"] = new(OneAsync, lab => lab.CreateAsync("s2", request => DiskOnly(request) with { Quiesce = true }), ["s1", "s2"]),
        ["create shut off"] = new(OneAsync, lab => lab.CreateAsync("s2"), ["s1", "s2"]) { StartsShutOff = true },
        ["create internal"] = new(OneInternalAsync, lab => lab.CreateAsync("s2", Internal), ["s1", "s2"]) { IsInternal = true },
        ["create internal shut off"] = new(OneInternalAsync, lab => lab.CreateAsync("s2", Internal), ["s1", "s2"])
        {
            IsInternal = true,
            StartsShutOff = true,
        },
        ["revert, forking the tree"] = new(TwoAsync, lab => lab.RevertAsync("s1"), ["s1", "s2"]) { RevertsTo = "s1", EndsAs = DomainState.Running },
        ["revert to the current one, paused"] = new(TwoAsync, lab => lab.RevertAsync("s2", RevertTarget.Paused), ["s1", "s2"])
        {
            RevertsTo = "s2",
            EndsAs = DomainState.Paused,
        },
        ["revert to a disk snapshot"] = new(OneDiskOnlyAsync, lab => lab.RevertAsync("s1"), ["s1"]) { RevertsTo = "s1", EndsAs = DomainState.Shutoff },
        ["revert to a disk snapshot, running"] = new(OneDiskOnlyAsync, lab => lab.RevertAsync("s1", RevertTarget.Running), ["s1"])
        {
            RevertsTo = "s1",
            EndsAs = DomainState.Running,
        },
        ["revert from shut off to a checkpoint"] = new(TwoThenOffAsync, lab => lab.RevertAsync("s1"), ["s1", "s2"])
        {
            RevertsTo = "s1",
            EndsAs = DomainState.Running,
        },
        ["revert shut off"] = new(OneAsync, lab => lab.RevertAsync("s1"), ["s1"])
        {
            StartsShutOff = true,
            RevertsTo = "s1",
            EndsAs = DomainState.Shutoff,
        },
        ["revert internal in the running process"] = new(OneInternalAsync, lab => lab.RevertAsync("s1"), ["s1"])
        {
            IsInternal = true,
            RevertsTo = "s1",
            EndsAs = DomainState.Running,
        },
        ["revert internal from shut off to a checkpoint"] = new(OneInternalThenOffAsync, lab => lab.RevertAsync("s1"), ["s1"])
        {
            IsInternal = true,
            RevertsTo = "s1",
            EndsAs = DomainState.Running,
        },
        ["revert internal of disks under a running guest"] = new(InternalOffThenOnAsync, lab => lab.RevertAsync("s1", RevertTarget.Running), ["s1"])
        {
            IsInternal = true,
            StartsShutOff = true,
            RevertsTo = "s1",
            EndsAs = DomainState.Running,
        },
        ["delete the root"] = new(ThreeAsync, lab => lab.DeleteAsync("s1"), ["s2", "s3"]),
        ["delete in the middle"] = new(ThreeAsync, lab => lab.DeleteAsync("s2"), ["s1", "s3"]),
        ["delete the current one"] = new(ThreeAsync, lab => lab.DeleteAsync("s3"), ["s1", "s2"]),
        ["delete the current one, which is large"] = new(ThreeHeavyAsync, lab => lab.DeleteAsync("s3"), ["s1", "s2"]),
        ["delete in the middle of large ones"] = new(ThreeHeavyAsync, lab => lab.DeleteAsync("s2"), ["s1", "s3"]),
        ["delete the only one"] = new(OneAsync, lab => lab.DeleteAsync("s1"), []),
        ["delete the only one of a paused guest"] = new(PausedAsync, lab => lab.DeleteAsync("s1"), []),
        ["delete the root shut off"] = new(ThreeAsync, lab => lab.DeleteAsync("s1"), ["s2", "s3"]) { StartsShutOff = true },
        ["delete the current one shut off"] = new(ThreeAsync, lab => lab.DeleteAsync("s3"), ["s1", "s2"]) { StartsShutOff = true },
        ["delete under a fork"] = new(ForkAsync, lab => lab.DeleteAsync("s1"), ["s2", "s3"]),
        ["delete the branch that kept a hidden base"] = new(HiddenBaseAsync, lab => lab.DeleteAsync("s2"), ["s3"]),
        ["delete a branch that the guest is not on"] = new(ForkAsync, lab => lab.DeleteAsync("s2"), ["s1", "s3"]),
        ["delete a subtree with the guest in it"] = new(ForkAsync, lab => lab.DeleteAsync("s1", DeleteScope.Subtree), []),
        ["delete the descendants of a fork"] = new(ForkAsync, lab => lab.DeleteAsync("s1", DeleteScope.Descendants), ["s1"]),
        ["delete internal"] = new(OneInternalAsync, lab => lab.DeleteAsync("s1"), []) { IsInternal = true },
        ["delete internal shut off"] = new(OneInternalAsync, lab => lab.DeleteAsync("s1"), []) { IsInternal = true, StartsShutOff = true },
        ["delete an external one above an internal one"] = new(MixedAsync, lab => lab.DeleteAsync("s2"), ["s1"]) { IsInternal = true },
        ["start"] = new(OneAsync, lab => lab.StartAsync(), ["s1"]) { StartsShutOff = true, EndsAs = DomainState.Running },
        ["save and end"] = new(OneAsync, lab => lab.ManagedSaveAsync(), ["s1"]) { EndsAs = DomainState.Shutoff },
        ["start from a managed save"] = new(SavedAsync, lab => lab.StartAsync(), ["s1"]) { EndsAs = DomainState.Running },
        ["destroy"] = new(OneAsync, lab => lab.DestroyAsync(), ["s1"]) { EndsAs = DomainState.Shutoff },
    };

    internal static async Task<TestLab> PreparedAsync(this OperationCase one)
    {
        var lab = new TestLab();
        await lab.DefineAsync(one.IsInternal ? ImageFormat.Qcow2 : ImageFormat.Raw);
        if (!one.StartsShutOff)
        {
            await lab.StartAsync();
            lab.Mark(6);
        }

        await one.Prepare(lab);
        lab.Keep();
        return lab;
    }

    private static Task OneAsync(TestLab lab) => BuildAsync(lab, "s1");

    private static Task OneInternalAsync(TestLab lab) => BuildAsync(lab, "s1", Internal);

    private static Task OneDiskOnlyAsync(TestLab lab) => BuildAsync(lab, "s1", DiskOnly);

    private static async Task TwoAsync(TestLab lab)
    {
        await BuildAsync(lab, "s1");
        await BuildAsync(lab, "s2", mark: 2);
    }

    private static async Task PausedAsync(TestLab lab)
    {
        await OneAsync(lab);
        await lab.Engine.Domains.SuspendAsync(TestLab.Vm, lab.Quiet, lab.Token);
    }

    private static async Task SavedAsync(TestLab lab)
    {
        await OneAsync(lab);
        await lab.ManagedSaveAsync();
    }

    private static async Task TwoThenOffAsync(TestLab lab)
    {
        await TwoAsync(lab);
        await lab.DestroyAsync();
    }

    private static async Task OneInternalThenOffAsync(TestLab lab)
    {
        await OneInternalAsync(lab);
        await lab.DestroyAsync();
    }

    private static async Task InternalOffThenOnAsync(TestLab lab)
    {
        await OneInternalAsync(lab);
        await lab.StartAsync();
        lab.Mark(5);
    }

    private static async Task ThreeAsync(TestLab lab)
    {
        await TwoAsync(lab);
        await BuildAsync(lab, "s3", mark: 3);
    }

    private static async Task ThreeHeavyAsync(TestLab lab)
    {
        await BuildAsync(lab, "s1", blocks: Heavy);
        await BuildAsync(lab, "s2", mark: 2, blocks: Heavy);
        await BuildAsync(lab, "s3", mark: 3);
    }

    private static async Task ForkAsync(TestLab lab)
    {
        await TwoAsync(lab);
        await lab.RevertAsync("s1");
        lab.Mark(4);
        await BuildAsync(lab, "s3", mark: 5);
    }

    private static async Task HiddenBaseAsync(TestLab lab)
    {
        await ForkAsync(lab);
        await lab.DeleteAsync("s1");
    }

    private static async Task MixedAsync(TestLab lab)
    {
        await OneInternalAsync(lab);
        await BuildAsync(lab, "s2", mark: 2);
    }

    /// <summary>Takes a snapshot and changes everything after it.</summary>
    private static async Task BuildAsync(TestLab lab, string name, Func<CreateRequest, CreateRequest>? change = null, int mark = 1, int blocks = 1)
    {
        await lab.CreateAsync(name, change);
        if (lab.Domain.Instance is not null)
        {
            lab.Mark(mark, blocks);
            return;
        }

        foreach (var path in lab.Domain.ActiveImages.Values)
        {
            lab.Host.Write(path, mark, (byte)(0x10 + mark));
        }
    }

    private static CreateRequest DiskOnly(CreateRequest request) => request with { DiskOnly = true };

    private static CreateRequest Internal(CreateRequest request) => request with { Memory = MemoryLocation.Internal };
}
