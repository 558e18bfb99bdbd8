using System.Collections.Immutable;

namespace Snaptree.Cli.Virsh;

/// <summary>
/// From words to commands, by virsh's rules: everything is read before anything is run, names are never shortened, and the first mistake
/// is the only one told.
/// </summary>
internal sealed class CommandParser(VirshVerbs verbs)
{
    /// <exception cref="VirshSyntaxException">Any mistake.</exception>
    public ImmutableArray<VirshCommand> Parse(IWordSource words)
    {
        var commands = ImmutableArray.CreateBuilder<VirshCommand>();
        while (true)
        {
            var word = words.Next();
            if (word.Kind == WordKind.EndOfInput)
            {
                return commands.ToImmutable();
            }

            if (word.Kind == WordKind.Word)
            {
                var verb = verbs.Find(word.Text) ?? throw new VirshSyntaxException($"unknown command: '{word.Text}'");
                commands.Add(new ArgumentReader(verb, words).Read(verbs));
            }
        }
    }
}
