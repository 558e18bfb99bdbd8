using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Plan, facts and safe commands, for whoever must decide about an operation that can be neither finished nor undone by itself.
/// </summary>
internal static class UnfinishedReport
{
    internal static async Task<string> WriteAsync(EngineParts parts, StepContext context, Plan plan)
    {
        var domain = context.Domain;
        var phases = parts.Journal.FindOpen(domain.Uuid)?.Phases;
        List<string> lines =
        [
            "Plan (done, begun, undone or - as the journal has it):",
            .. plan.Steps.Select((step, at) =>
                $"  {at + 1} {Word(phases is { } known ? known[at] : StepPhase.None),-6} {step.Describe()}{(at == plan.NoReturnIndex ? "   <- point of no return" : "")}"),
            "Facts:",
            .. await FactsAsync(parts, context, plan),
            "Safe commands, none of which changes anything but the first:",
            $"  snaptree recover {domain.Name}",
            $"  snaptree vm show {domain.Name}",
            $"  snaptree list {domain.Name} --tree",
            .. domain.ActiveImages.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)
                .Select(pair => $"  qemu-img info -U --backing-chain {Quote(pair.Value.Value)}"),
        ];
        return string.Join('\n', lines);
    }

    private static async Task<IEnumerable<string>> FactsAsync(EngineParts parts, StepContext context, Plan plan)
    {
        var domain = context.Domain;
        var files = parts.Catalogue.ListImages(domain.Uuid).Select(image => image.Path.Value)
            .Concat(plan.Costs.FilesWritten).Concat(plan.Costs.FilesRemoved).Distinct()
            .Select(path => $"  file {path}: {(parts.Driver.Store.Exists(path) ? "there" : "not there")}");
        try
        {
            var view = await context.ObserveAsync([], CancellationToken.None);
            return
            [
                $"  state {view.State.ToString().ToLowerInvariant()}",
                .. domain.ActiveImages.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => Chain(view, pair.Key, pair.Value)),
                .. view.Jobs.Select(job => $"  job {job.Id} ({job.Kind}, {job.Status})"),
                .. files,
            ];
        }
        catch (SnapshotException error)
        {
            // The cause of the stop is often that the domain cannot be looked at; the rest is worth telling all the same.
            return [$"  state and chains cannot be read: {error.Message}", .. files];
        }
    }

    private static string Chain(DomainView view, DiskTarget disk, ImagePath top)
    {
        var headers = string.Join(" <- ", Headers(view.Images, top));
        var open = view.Disks.FirstOrDefault(one => one.Target == disk)?.OpenChain;
        return $"  disk {disk} by its headers {headers}"
            + (open is { IsDefaultOrEmpty: false } chain ? $"; open in the hypervisor {string.Join(" <- ", chain)}" : "");
    }

    private static IEnumerable<string> Headers(ImageTree images, ImagePath top)
    {
        for (ImagePath? next = top; next is { } path;)
        {
            var image = images.Find(path);
            yield return image is null ? $"{path} (not there)" : path.Value;
            next = image?.Backing?.Path;
        }
    }

    private static string Word(StepPhase phase) => phase switch
    {
        StepPhase.None => "-",
        StepPhase.Intent => "begun",
        _ => phase.ToString().ToLowerInvariant(),
    };

    private static string Quote(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+".Contains(letter, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
