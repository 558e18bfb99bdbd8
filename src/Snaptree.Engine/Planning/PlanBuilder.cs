
namespace Snaptree.Engine;

/// <summary>Collects steps and costs in order and closes them into a plan with exactly one point of no return.</summary>
internal sealed class PlanBuilder(OperationId operation, string title)
{
    private readonly List<Step> steps = [];
    private readonly List<string> destroys = [];
    private readonly List<string> notes = [];
    private readonly List<SpaceNeed> space = [];
    private readonly List<string> written = [];
    private readonly List<string> removed = [];
    private int? noReturn;

    internal OperationId Operation => operation;

    internal long CopiedBytes { get; set; }

    internal string? GuestPause { get; set; }

    /// <summary>Names a job or a file part after this operation.</summary>
    internal string JobId(string suffix) => $"snaptree-{operation}-{suffix}";

    internal void Add(Step step) => steps.Add(step);

    internal void AddRange(IEnumerable<Step> more) => steps.AddRange(more);

    /// <summary>Adds a step that is the point of no return unless an earlier one is.</summary>
    internal void AddNoReturn(Step step)
    {
        noReturn ??= steps.Count;
        steps.Add(step);
    }

    internal void AddRecord(CatalogueChange change) => AddNoReturn(new RecordStep(steps.Count, change));

    internal void Destroys(string sentence) => destroys.Add(sentence);

    internal void Note(string sentence) => notes.Add(sentence);

    internal void Writes(string path) => written.Add(path);

    internal void Removes(string path) => removed.Add(path);

    internal void Needs(string folder, long bytes, long free) => space.Add(new SpaceNeed(folder, bytes, free));

    internal Plan Build() =>
        new(operation, title, [.. steps], noReturn ?? throw new InvalidOperationException($"the plan '{title}' has no point of no return"))
        {
            Costs = new PlanCosts
            {
                CopiedBytes = CopiedBytes,
                Space = [.. space],
                FilesWritten = [.. written],
                FilesRemoved = [.. removed],
                Destroys = [.. destroys],
                Notes = [.. notes],
                GuestPause = GuestPause,
            },
        };
}
