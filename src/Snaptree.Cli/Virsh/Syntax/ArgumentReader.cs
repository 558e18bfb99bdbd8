using System.Collections.Immutable;

namespace Snaptree.Cli.Virsh;

/// <summary>Reads what stands behind one verb.</summary>
internal sealed class ArgumentReader(VirshVerb verb, IWordSource words)
{
    private readonly ImmutableArray<(VirshOption Option, string Value)>.Builder given = ImmutableArray.CreateBuilder<(VirshOption Option, string Value)>();
    private readonly HashSet<VirshOption> seen = [];
    private bool helpWanted;

    /// <exception cref="VirshSyntaxException">Any mistake.</exception>
    public VirshCommand Read(VirshVerbs verbs)
    {
        var onlyValues = false;
        for (var word = words.Next(); word.Kind == WordKind.Word; word = words.Next())
        {
            if (!onlyValues && word.Text == "--")
            {
                onlyValues = true;
            }
            else if (!onlyValues && IsOption(word.Text))
            {
                ReadOption(word.Text[2..]);
            }
            else
            {
                TakeValue(word.Text);
            }
        }

        if (helpWanted)
        {
            return verbs.HelpOn(verb);
        }

        RequireAll();
        return new VirshCommand(verb, given.ToImmutable());
    }

    private static bool IsOption(string word) => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetterOrDigit(word[2]);

    private void ReadOption(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        if (name == "help")
        {
            helpWanted = equals < 0 ? true : throw new VirshSyntaxException($"invalid '=' after option --{name}");
            return;
        }

        if (verb.Options.FirstOrDefault(option => option.Name == name && !option.IsNameless) is not { } found)
        {
            Refuse($"command '{verb.Name}' doesn't support option --{name}");
            return;
        }

        if (!seen.Add(found) && found.Kind != VirshOptionKind.Rest)
        {
            throw new VirshSyntaxException($"option --{name} already seen");
        }

        given.Add((found, ValueOf(found, equals < 0 ? null : text[(equals + 1)..])));
    }

    private string ValueOf(VirshOption option, string? attached)
    {
        if (option.Kind == VirshOptionKind.Flag)
        {
            return attached is null ? "" : throw new VirshSyntaxException($"invalid '=' after option --{option.Name}");
        }

        if (attached is not null)
        {
            return attached;
        }

        var next = words.Next();
        return next.Kind == WordKind.Word ? next.Text : throw new VirshSyntaxException($"expected syntax: --{option.Name} <string>");
    }

    private void TakeValue(string value)
    {
        var taker = verb.Options.FirstOrDefault(
            option => option.Kind != VirshOptionKind.Flag && !option.IsNamedOnly && (option.Kind == VirshOptionKind.Rest || !seen.Contains(option)));
        if (taker is null)
        {
            Refuse($"unexpected data '{value}'");
            return;
        }

        seen.Add(taker);
        given.Add((taker, value));
    }

    private void Refuse(string message)
    {
        if (!verb.IsTolerant)
        {
            throw new VirshSyntaxException(message);
        }
    }

    private void RequireAll()
    {
        if (verb.Options.FirstOrDefault(option => option.IsRequired && !seen.Contains(option)) is { } missing)
        {
            throw new VirshSyntaxException($"command '{verb.Name}' requires <{missing.Name}> option");
        }
    }
}
