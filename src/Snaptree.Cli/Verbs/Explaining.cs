using Snaptree.Cli.Json;
using Snaptree.Cli.Render;
using Snaptree.Engine;

namespace Snaptree.Cli.Verbs;

/// <summary>What <c>--explain</c> prints.</summary>
internal static class Explaining
{
    public static int Print(CommandShell shell, bool asJson, params IReadOnlyList<Plan> plans)
    {
        if (asJson)
        {
            shell.PrintJson(json => PlanShape.Write(json, plans));
            return 0;
        }

        foreach (var plan in plans)
        {
            shell.Print(PlanRenderer.Render(plan, shell.Terminal.Style));
            shell.Print([""]);
        }

        shell.Print(["Nothing was changed."]);
        return 0;
    }
}
