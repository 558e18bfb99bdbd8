using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Snaptree.Cli.Edge;

/// <summary>Program and version, as <c>--version</c> prints them.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public static string Text =>
        $"snaptree {typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return ExitCodes.Ok;
    }
}
