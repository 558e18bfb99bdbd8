using System.Collections.Immutable;
using Snaptree.Cli.Text;
using Snaptree.Engine;

namespace Snaptree.Cli.Render;

/// <summary>A plan as people read it before they let it happen.</summary>
internal static class PlanRenderer
{
    public static IEnumerable<string> Render(Plan plan, Style style) =>
        [style.Bold(SafeText.Line(plan.Title)), "", .. Steps(plan, style), .. Costs(plan.Costs, style)];

    private static IEnumerable<string> Steps(Plan plan, Style style)
    {
        yield return style.Dim("Steps");
        var digits = plan.Steps.Length.ToString().Length;
        for (var at = 0; at < plan.Steps.Length; at++)
        {
            if (at == plan.NoReturnIndex)
            {
                yield return style.Warn($"  {(style.Unicode ? "──" : "--")} point of no return: until here everything can be put back {(style.Unicode ? "──" : "--")}");
            }

            yield return $"  {(at + 1).ToString().PadLeft(digits)}  {SafeText.Line(plan.Steps[at].Describe())}";
        }
    }

    private static IEnumerable<string> Costs(PlanCosts costs, Style style) =>
    [
        .. Section("Files written", costs.FilesWritten, style.Dim),
        .. Section("Files removed", costs.FilesRemoved, style.Dim),
        .. Section("Copied", costs.CopiedBytes > 0 ? [$"at most {SizeText.Of(costs.CopiedBytes)}"] : [], style.Dim),
        .. Section("Space", [.. costs.Space.Select(need => SpaceLine(need, style))], style.Dim),
        .. Section("Cannot be brought back", costs.Destroys, style.Bad),
        .. Section("Guest", costs.GuestPause is { } pause ? [pause] : [], style.Dim),
        .. Section("Notes", costs.Notes, style.Dim),
    ];

    private static IEnumerable<string> Section(string title, ImmutableArray<string> lines, Func<string, string> dress) =>
        lines.IsEmpty ? [] : ["", dress(title), .. lines.Select(line => $"  {line}")];

    private static string SpaceLine(SpaceNeed need, Style style)
    {
        var line = $"{need.Folder}: needs at most {SizeText.Of(need.NeededBytes)}, {SizeText.Of(need.FreeBytes)} free";
        return need.NeededBytes > need.FreeBytes ? style.Bad($"{line} - NOT ENOUGH, IT WOULD BE REFUSED") : line;
    }
}
