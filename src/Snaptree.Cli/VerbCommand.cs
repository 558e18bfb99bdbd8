using System.Collections.Immutable;
using System.CommandLine;

namespace Snaptree.Cli;

/// <summary>A verb: a command with examples in its help.</summary>
internal sealed class VerbCommand(string name, string description, params ImmutableArray<string> examples) : Command(name, description)
{
    public ImmutableArray<string> Examples => examples;
}
