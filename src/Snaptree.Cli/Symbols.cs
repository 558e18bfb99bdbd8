using System.CommandLine;
using System.CommandLine.Completions;
using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class Symbols
{
    public const string JsonName = "--json";
    public const string QuietName = "--quiet";

    public static Option<bool> Json() => new(JsonName) { Description = "Print JSON; errors too, on standard error." };

    public static Option<bool> Quiet() => new(QuietName, "-q") { Description = "No progress and no closing line." };

    public static Option<bool> Explain(bool implied) =>
        new("--explain") { Description = "Show what would be done and what it costs; change nothing.", Hidden = implied };

    public static Argument<string> Domain(CommandShell shell)
    {
        var domain = new Argument<string>("DOMAIN") { HelpName = "DOMAIN", Description = "Name or UUID of the domain." };
        domain.CompletionSources.Add(_ => Names(() => shell.Host.Catalogue.ListDomains().Select(one => one.Name.Value)));
        return domain;
    }

    public static Argument<string> Snapshot(CommandShell shell, Argument<string> domain)
    {
        var snapshot = new Argument<string>("SNAPSHOT") { HelpName = "SNAPSHOT", Description = "Name or UUID of the snapshot." };
        snapshot.CompletionSources.Add(context => Names(() => SnapshotNames(shell.Host.Catalogue, context.ParseResult.GetValue(domain))));
        return snapshot;
    }

    public static Option<long> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            if (!SizeText.TryParse(text, out var bytes))
            {
                result.AddError($"'{text}' is no size for {name}: give a number with a unit, for example 512M or 2G.");
            }

            return bytes;
        },
    };

    public static Option<TimeSpan> Duration(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            if (!DurationText.TryParse(text, out var duration))
            {
                result.AddError($"'{text}' is no length of time for {name}: give for example 60s or 2m.");
            }

            return duration;
        },
    };

    public static bool IsSet(this ParseResult parse, string flag) =>
        parse.CommandResult.Command.Options.Any(option => option.Name == flag) && parse.GetValue<bool>(flag);

    /// <summary>At most one of the options may be given.</summary>
    public static void Exclusive(this Command command, params Option[] options) =>
        command.Validators.Add(result =>
        {
            var given = options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
            if (given.Count > 1)
            {
                result.AddError($"{string.Join(" and ", given)} exclude each other.");
            }
        });

    private static IEnumerable<string> SnapshotNames(ICatalogue catalogue, string? domain) =>
        domain is not null && catalogue.FindDomain(domain) is { } found
            ? catalogue.LoadTree(found.Uuid).All.Select(snapshot => snapshot.Name.Value)
            : [];

    /// <summary>A shell that asks for words must get words or nothing: errors are told when the command itself is run.</summary>
    private static IEnumerable<CompletionItem> Names(Func<IEnumerable<string>> read)
    {
        try
        {
            return [.. read().Order(StringComparer.Ordinal).Select(name => new CompletionItem(name))];
        }
        catch (Exception error) when (error is SnapshotException or NotSupportedException or IOException or Platform.HomeUnknownException)
        {
            return [];
        }
    }
}
