using Snaptree.Model;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>Random sequences of all changing calls against a simple model: names, parents, current, every filter, counts, order.</summary>
public sealed class RandomCallsTests
{
    private const int OperationsPerSequence = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Any_sequence_of_calls_gives_the_tree_that_the_model_gives(int seed)
    {
        await using var lab = await CallsLab.StartAsync();
        var walk = new RandomCalls(lab, seed);
        for (var step = 0; step < OperationsPerSequence; step++)
        {
            var done = await walk.StepAsync();
            await walk.CompareAsync($"seed {seed}, step {step}: {done}");
        }

        Assert.True(walk.Kinds >= 4, $"seed {seed} tried only {walk.Kinds} kinds of calls");
    }

    private sealed class RandomCalls(CallsLab lab, int seed)
    {
        private static readonly SnapshotListFlags[] Bits =
        [
            SnapshotListFlags.Roots, SnapshotListFlags.Metadata, SnapshotListFlags.Leaves, SnapshotListFlags.NoLeaves, SnapshotListFlags.NoMetadata,
            SnapshotListFlags.Inactive, SnapshotListFlags.Active, SnapshotListFlags.DiskOnly, SnapshotListFlags.Internal,
            SnapshotListFlags.External, SnapshotListFlags.Topological,
        ];

        private readonly Random random = new(seed);
        private readonly ReferenceTree model = new();
        private readonly HashSet<string> kinds = [];
        private int names;

        public int Kinds => kinds.Count;

        public async Task<string> StepAsync()
        {
            var (kind, text) = model.Nodes.Count == 0 ? ("create", await CreateAsync()) : random.Next(12) switch
            {
                < 4 => ("create", await CreateAsync()),
                4 => ("revert", await RevertAsync()),
                5 => ("revert", await RevertAsync()),
                6 => ("delete", await DeleteAsync()),
                7 => ("children", await DeleteChildrenAsync()),
                8 => ("mode", await DeleteByModeAsync()),
                9 => ("rename", await RenameAsync()),
                10 => ("redefine", await RedefineAsync()),
                _ => ("state", await ChangeStateAsync()),
            };
            kinds.Add(kind);
            return text;
        }

        public async Task CompareAsync(string where)
        {
            Assert.Equal((where, model.Current), (where, lab.Snapshots.HasCurrent(lab.Test) ? lab.Snapshots.Current(lab.Test).Name : null));
            var flags = Bits.Where(_ => random.Next(4) == 0).Aggregate(SnapshotListFlags.None, (all, bit) => all | bit);
            Same(where, model.List(flags), lab.Snapshots.ListAll(lab.Test, flags), lab.Snapshots.Count(lab.Test, flags), flags);
            Same(where, model.Nodes.Keys, lab.Snapshots.ListAll(lab.Test, SnapshotListFlags.None), lab.Snapshots.Count(lab.Test, SnapshotListFlags.None), SnapshotListFlags.None);
            foreach (var (name, node) in model.Nodes)
            {
                var handle = lab.Snapshots.LookupByName(lab.Test, name);
                Assert.Equal((where, node.Parent), (where, ParentOf(handle)));
                Assert.Equal((where, name, name == model.Current), (where, name, lab.Snapshots.IsCurrent(handle)));
                Assert.Contains($"<state>{node.State}</state>", lab.Snapshots.GetXml(handle, SnapshotXmlFlags.None));
                Same(where, model.ListBelow(name, flags), lab.Snapshots.ListAllChildren(handle, flags), lab.Snapshots.CountChildren(handle, flags), flags);
            }

            await Task.CompletedTask;
        }

        private void Same(string where, IEnumerable<string> expected, IReadOnlyList<SnapshotHandle> actual, int count, SnapshotListFlags flags)
        {
            var names = actual.Select(handle => handle.Name).ToList();
            Assert.Equal((where, flags, string.Join(' ', expected.Order(StringComparer.Ordinal))), (where, flags, string.Join(' ', names.Order(StringComparer.Ordinal))));
            Assert.Equal(names.Count, count);
            Assert.All(names, (name, at) => Assert.DoesNotContain(model.Nodes[name].Parent, names[at..]));
        }

        private string? ParentOf(SnapshotHandle handle)
        {
            try
            {
                return lab.Snapshots.Parent(handle).Name;
            }
            catch (SnapshotException error) when (error.Code == ErrorCode.NoSnapshot)
            {
                return null;
            }
        }

        private async Task<string> CreateAsync()
        {
            var name = $"s{++names}";
            var isActive = (await lab.InfoAsync()).State != DomainState.Shutoff;
            var isExternal = isActive && random.Next(3) == 0;
            var memory = isExternal ? $"<memory snapshot='external' file='/memory/{name}'/>" : "";
            var disk = isExternal ? $"<disks><disk name='vda' snapshot='external'><source file='/overlays/{name}'/></disk></disks>" : "";
            await lab.CreateAsync($"<domainsnapshot><name>{name}</name>{memory}{disk}</domainsnapshot>");
            model.Create(name, await StateAsync(), isExternal);
            return $"create {name} external {isExternal}";
        }

        private async Task<string> RevertAsync()
        {
            var name = Pick();
            try
            {
                await lab.Snapshots.RevertAsync(Handle(name), SnapshotRevertFlags.None, lab.Quiet, lab.Token);
            }
            catch (SnapshotException refused) when (refused.Code == ErrorCode.OperationUnsupported)
            {
                // An internal snapshot whose image has become a backing image: refused, and nothing may have changed.
                return $"revert {name} refused";
            }

            model.Current = name;
            Assert.Equal(model.Nodes[name].State, await StateAsync());
            return $"revert {name}";
        }

        private Task<string> DeleteAsync() => DeleteAsync(Pick(), SnapshotDeleteFlags.None, model.Delete);

        private Task<string> DeleteChildrenAsync() => random.Next(2) == 0
            ? DeleteAsync(Pick(), SnapshotDeleteFlags.Children, model.DeleteSubtree)
            : DeleteAsync(Pick(), SnapshotDeleteFlags.ChildrenOnly, model.DeleteBelow);

        private async Task<string> DeleteAsync(string name, SnapshotDeleteFlags flags, Action<string> inModel)
        {
            try
            {
                await lab.Snapshots.DeleteAsync(Handle(name), flags, lab.Quiet, lab.Token);
            }
            catch (SnapshotException refused) when (refused.Code == ErrorCode.OperationUnsupported)
            {
                return $"delete {name} {flags} refused";
            }

            inModel(name);
            return $"delete {name} {flags}";
        }

        private async Task<string> DeleteByModeAsync()
        {
            var name = Pick();
            var mode = (DeleteMode)random.Next(4);
            if (mode == DeleteMode.Discard && model.ChildrenOf(name).Any())
            {
                var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.Snapshots.DeleteAsync(Handle(name), mode, lab.Quiet, lab.Token));
                Assert.Equal(ErrorCode.OperationInvalid, error.Code);
                return $"discard {name} refused";
            }

            try
            {
                await lab.Snapshots.DeleteAsync(Handle(name), mode, lab.Quiet, lab.Token);
            }
            catch (SnapshotException refused) when (refused.Code == ErrorCode.OperationUnsupported)
            {
                return $"delete {name} {mode} refused";
            }

            (mode == DeleteMode.DiscardForce ? model.DeleteSubtree : (Action<string>)model.Delete)(name);
            return $"delete {name} {mode}";
        }

        private async Task<string> RenameAsync()
        {
            var (name, to) = (Pick(), $"r{++names}");
            Assert.Equal(to, (await lab.Snapshots.RenameAsync(Handle(name), to, lab.Quiet, lab.Token)).Name);
            model.Rename(name, to);
            return $"rename {name} {to}";
        }

        private async Task<string> RedefineAsync()
        {
            var name = Pick();
            var makeCurrent = random.Next(2) == 0;
            var xml = lab.Snapshots.GetXml(Handle(name), SnapshotXmlFlags.Secure);
            await lab.CreateAsync(xml, SnapshotCreateFlags.Redefine | (makeCurrent ? SnapshotCreateFlags.Current : SnapshotCreateFlags.None));
            Assert.Equal(xml, lab.Snapshots.GetXml(Handle(name), SnapshotXmlFlags.Secure));
            model.Current = makeCurrent ? name : model.Current;
            return $"redefine {name} current {makeCurrent}";
        }

        private async Task<string> ChangeStateAsync()
        {
            var state = (await lab.InfoAsync()).State;
            await (state switch
            {
                DomainState.Shutoff => lab.Domains.CreateAsync(lab.Test, DomainStartFlags.None, lab.Quiet, lab.Token),
                DomainState.Paused => lab.Domains.ResumeAsync(lab.Test, lab.Quiet, lab.Token),
                _ when random.Next(2) == 0 => lab.Domains.SuspendAsync(lab.Test, lab.Quiet, lab.Token),
                _ => lab.Domains.DestroyAsync(lab.Test, DomainDestroyFlags.None, lab.Quiet, lab.Token),
            });
            return $"from {state}";
        }

        private async Task<string> StateAsync() => (await lab.InfoAsync()).State.ToString().ToLowerInvariant();

        private string Pick() => model.Nodes.Keys.ElementAt(random.Next(model.Nodes.Count));

        private SnapshotHandle Handle(string name) => new(lab.Test, name);
    }
}
