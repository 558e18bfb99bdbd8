using Snaptree.Model;

namespace Snaptree.TestKit;

/// <summary>Everything that a refused or undone operation must leave as it was, as lines of text that a test can compare.</summary>
public static class LabFacts
{
    /// <summary>Catalogue, restore points with the bytes of their disks, present contents, chains, and all files but logs and runtime.</summary>
    public static async Task<IReadOnlyList<string>> FactsAsync(this EngineLab lab, string domain)
    {
        var status = await lab.Engine.Domains.StatusAsync(domain, lab.Token);
        var tree = lab.Engine.Catalogue.LoadTree(status.Domain.Uuid);
        List<string> facts = [$"state {status.View.State}", $"current {tree.Current?.Name}", $"xml {status.Domain.Xml}"];
        foreach (var (disk, path) in status.Domain.ActiveImages.OrderBy(pair => pair.Key.Name))
        {
            var chain = status.View.Images.ChainOf(path);
            facts.Add($"{disk} chain {string.Join(" <- ", chain.Select(image => image.Path.FileName))}");
            if (!status.View.IsActive)
            {
                facts.Add($"{disk} contents {await lab.SeenContentsAsync(status.View.Images, path, chain[0].Format)}");
            }
        }

        facts.AddRange(await lab.RestorePointsAsync(domain));
        facts.AddRange(lab.Files(status.Domain.Uuid).Select(file => $"file {file}"));
        return facts;
    }

    /// <summary>Every snapshot with its relations, and the bytes of each of its disks.</summary>
    public static async Task<IReadOnlyList<string>> RestorePointsAsync(this EngineLab lab, string domain)
    {
        var record = lab.Engine.Sessions.Find(domain);
        var tree = lab.Engine.Catalogue.LoadTree(record.Uuid);
        var images = (await lab.Engine.Domains.StatusAsync(domain, lab.Token)).View.Images;
        List<string> lines = [];
        foreach (var snapshot in tree.All.OrderBy(snapshot => snapshot.Name.Value, StringComparer.Ordinal))
        {
            lines.Add($"snapshot {snapshot.Name} of {tree.ParentOf(snapshot)?.Name} {snapshot.State} {snapshot.Memory}");
            foreach (var disk in snapshot.Disks.Where(disk => disk.Image is not null))
            {
                var tag = disk.Location == SnapshotLocation.Internal ? snapshot.InternalTag : null;
                var image = images.Get(disk.Image!.Value);
                var inside = image.InternalSnapshots.Count(one => one.Name == tag);
                lines.Add($"  {disk.Target} {disk.Location} {await lab.SeenContentsAsync(images, image.Path, disk.Format!.Value, tag)} held {inside} times");
            }
        }

        return lines;
    }

    /// <summary>
    /// What an image shows, looked at again only when a file of its chain was written to since: a matrix asks for the same contents
    /// thousands of times, and each look is a process.
    /// </summary>
    private static async Task<string> SeenContentsAsync(this EngineLab lab, ImageTree images, ImagePath path, ImageFormat format, string? tag = null)
    {
        var chain = images.ChainOf(path).Select(image => new FileInfo(image.Path.Value));
        var key = string.Join('\n', chain.Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Append($"{format} {tag}"));
        return lab.Seen.TryGetValue(key, out var known) ? known : lab.Seen[key] = await lab.ContentsAsync(path, format, tag);
    }

    /// <summary>Images and memory files that nothing in the catalogue names: there must never be any.</summary>
    public static IReadOnlyList<string> Unclaimed(this EngineLab lab, string domain)
    {
        var record = lab.Engine.Sessions.Find(domain);
        var snapshots = lab.Engine.Catalogue.LoadTree(record.Uuid).All.ToList();
        var known = lab.Engine.Catalogue.ListImages(record.Uuid).Select(image => image.Path.Value)
            .Concat(snapshots.Select(snapshot => snapshot.MemoryPath))
            .Concat(snapshots.Select(snapshot => $"{lab.State}/domains/{record.Uuid}/snapshots/{snapshot.Uuid}.xml"))
            .Append($"{lab.State}/domains/{record.Uuid}/domain.xml")
            .ToHashSet();
        return [.. lab.Files(record.Uuid).Where(file => !known.Contains(file))];
    }

    /// <summary>Images that the catalogue names and that are not there: there must never be any either.</summary>
    public static IReadOnlyList<string> Lost(this EngineLab lab, string domain)
    {
        var record = lab.Engine.Sessions.Find(domain);
        return [.. lab.Engine.Catalogue.ListImages(record.Uuid).Select(image => image.Path.Value)
            .Concat(lab.Engine.Catalogue.LoadTree(record.Uuid).All.Select(snapshot => snapshot.MemoryPath).OfType<string>())
            .Where(path => !File.Exists(path))];
    }

    private static IEnumerable<string> Files(this EngineLab lab, Guid domain) =>
        Directory.EnumerateFiles(lab.Disks, "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles($"{lab.State}/domains/{domain}", "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".log", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
}
