using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>Everything that must not change by itself, as lines of text that a test can compare.</summary>
internal static class TestLabFacts
{
    /// <summary>Catalogue, present state of the guest, restore points with their bytes, processes and all files; chains apart.</summary>
    internal static async Task<ImmutableArray<string>> FactsAsync(this TestLab lab)
    {
        var (present, points) = (await lab.PresentAsync(), lab.RestorePoints());
        var tree = lab.Engine.Catalogue.LoadTree(lab.Domain.Uuid);
        return
        [
            $"current {tree.Current?.Name}", $"xml {lab.Domain.Xml}",
            $"managed save {(lab.Domain.ManagedSave is { } saved ? lab.Host.SavedCounter(saved) : null)}", .. present, .. points,
            .. lab.Host.Instances(lab.Domain.Uuid).Select(instance => $"process {instance}"), .. lab.Files(),
        ];
    }

    /// <summary>State, memory and disks as the guest has them, or the disks that it will find.</summary>
    internal static async Task<ImmutableArray<string>> PresentAsync(this TestLab lab)
    {
        var view = (await lab.Engine.Domains.StatusAsync(TestLab.Vm, lab.Token)).View;
        var memory = view.IsActive ? $"memory {lab.Guest.Counter}" : "no memory";
        return [$"state {view.State}", memory, .. lab.Disks()];
    }

    internal static ImmutableArray<string> Disks(this TestLab lab) =>
        [.. lab.Domain.ActiveImages.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {Text(lab.Host.Read(pair.Value))}")];

    /// <summary>The restore points by name, each with relations, memory and bytes.</summary>
    internal static ImmutableArray<string> RestorePoints(this TestLab lab)
    {
        var tree = lab.Engine.Catalogue.LoadTree(lab.Domain.Uuid);
        return
        [
            .. tree.All.OrderBy(snapshot => snapshot.Name.Value, StringComparer.Ordinal)
                .SelectMany(snapshot => lab.ContentsOf(snapshot).Prepend($"snapshot {snapshot.Name} of {tree.ParentOf(snapshot)?.Name}")),
        ];
    }

    /// <summary>What a revert to the snapshot brings back.</summary>
    internal static IEnumerable<string> ContentsOf(this TestLab lab, Snapshot snapshot)
    {
        var tag = snapshot.InternalTag;
        var memory = snapshot.Memory switch
        {
            MemoryLocation.External => lab.Host.SavedCounter(snapshot.MemoryPath!),
            MemoryLocation.Internal =>
                snapshot.Disks.Select(disk => lab.Host.SavedCounter(disk.Image!.Value, tag)).FirstOrDefault(counter => counter is not null),
            _ => null,
        };
        yield return memory is null ? $"  {snapshot.Name} no memory" : $"  {snapshot.Name} memory {memory}";
        foreach (var disk in snapshot.Disks.Where(disk => disk.Image is not null))
        {
            var inside = disk.Location == SnapshotLocation.Internal ? tag : null;
            yield return $"  {snapshot.Name} {disk.Target} {Text(lab.Host.Read(disk.Image!.Value, inside))}";
        }
    }

    /// <summary>The chain of each disk, top first.</summary>
    internal static async Task<ImmutableArray<ImmutableArray<ImagePath>>> ChainsAsync(this TestLab lab)
    {
        var view = (await lab.Engine.Domains.StatusAsync(TestLab.Vm, lab.Token)).View;
        return
        [
            .. lab.Domain.ActiveImages.OrderBy(pair => pair.Key)
                .Select(pair => view.Images.ChainOf(pair.Value).Select(image => image.Path).ToImmutableArray()),
        ];
    }

    /// <summary>What there must never be: files that nothing names, or that are named and lost; processes and jobs that nobody knows.</summary>
    internal static async Task<ImmutableArray<string>> FaultsAsync(this TestLab lab)
    {
        var domain = lab.Domain;
        var snapshots = lab.Engine.Catalogue.LoadTree(domain.Uuid).All.ToList();
        var named = lab.Engine.Catalogue.ListImages(domain.Uuid).Select(image => image.Path.Value)
            .Concat(snapshots.Select(snapshot => snapshot.MemoryPath).Append(domain.ManagedSave).OfType<string>()).ToHashSet();
        var records = snapshots.Select(snapshot => $"{lab.State}/domains/{domain.Uuid}/snapshots/{snapshot.Uuid}.xml")
            .Append($"{lab.State}/domains/{domain.Uuid}/domain.xml").ToHashSet();
        var status = await lab.Engine.Domains.StatusAsync(TestLab.Vm, lab.Token);
        var strangers = lab.Host.Instances(domain.Uuid).Where(instance => instance != domain.Instance);
        var open = status.View.IsActive ? lab.Guest.OpenImages.Except(status.View.Disks.SelectMany(disk => disk.OpenChain)) : [];
        return
        [
            .. lab.Host.Files.Except(named).Select(file => $"unclaimed {file}"),
            .. named.Except(lab.Host.Files).Select(file => $"lost {file}"),
            .. lab.RecordFiles().Except(records).Select(file => $"unclaimed record {file}"),
            .. records.Except(lab.RecordFiles()).Select(file => $"lost record {file}"),
            .. strangers.Select(instance => $"process {instance} that nobody knows"),
            .. status.View.Jobs.Select(job => $"job {job.Id}"),
            .. open.Select(path => $"open for nothing {path}"),
            .. status.View.IsActive && !lab.Guest.HasPlaces ? ["the process has not taken its places"] : Array.Empty<string>(),
            .. status.View.IsActive && lab.Guest.IsFrozen ? ["the guest is frozen"] : Array.Empty<string>(),
            .. status.Unfinished is { } title ? [$"unfinished: {title}"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Files(this TestLab lab) => lab.Host.Files.Concat(lab.RecordFiles()).Select(file => $"file {file}");

    private static IEnumerable<string> RecordFiles(this TestLab lab) =>
        Directory.EnumerateFiles($"{lab.State}/domains/{lab.Domain.Uuid}", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Runs of equal blocks: <c>0-2:a0 3:11</c>.</summary>
    private static string Text(IReadOnlyDictionary<long, byte> blocks)
    {
        var runs = new List<(long From, long To, byte Value)>();
        foreach (var (block, value) in blocks)
        {
            if (runs.Count > 0 && runs[^1] is var last && last.To == block - 1 && last.Value == value)
            {
                runs[^1] = last with { To = block };
            }
            else
            {
                runs.Add((block, block, value));
            }
        }

        return string.Join(' ', runs.Select(run => $"{run.From}-{run.To}:{run.Value:x2}"));
    }
}
