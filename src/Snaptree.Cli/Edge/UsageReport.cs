using System.CommandLine;
using Snaptree.Cli.Json;
using Snaptree.Cli.Text;

namespace Snaptree.Cli.Edge;

/// <summary>Bad usage, told in a few lines: what is wrong, the usage line, where the rest stands.</summary>
internal static class UsageReport
{
    public static void Write(Terminal terminal, ParseResult parse, bool asJson)
    {
        var message = MessageOf(parse);
        if (asJson)
        {
            JsonText.Write(terminal.Error, json => ErrorShape.WriteUsage(json, message, LineOf(parse.CommandResult.Command)));
            return;
        }

        terminal.Error.WriteLine($"error: {message}");
        terminal.Error.WriteLine($"usage: {LineOf(parse.CommandResult.Command)}");
        terminal.Error.WriteLine($"See '{PathOf(parse.CommandResult.Command)} --help'.");
    }

    public static string LineOf(Command command)
    {
        var parts = new List<string> { PathOf(command) };
        if (command.Subcommands.Any(sub => !sub.Hidden))
        {
            parts.Add("VERB ...");
        }

        parts.AddRange(command.Arguments.Where(argument => !argument.Hidden)
            .Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name));
        var options = command.Options.Where(option => !option.Hidden).ToList();
        parts.AddRange(options.Where(option => option.Required).Select(option => $"{option.Name} {option.HelpName ?? "VALUE"}"));
        if (options.Exists(option => !option.Required))
        {
            parts.Add("[options]");
        }

        return string.Join(' ', parts);
    }

    private static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (var here = command; here is not null; here = here.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Push(here is RootCommand ? "snaptree" : here.Name);
        }

        return string.Join(' ', names);
    }

    /// <summary>What the verb needs and was not given; null when that is not the trouble.</summary>
    private static string? MissingOf(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            return $"'{PathOf(command)}' needs a verb: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.";
        }

        var missing = command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parse.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is null ? null : $"{missing.Name} is missing: {char.ToLowerInvariant(missing.Description![0])}{missing.Description[1..]}";
    }

    private static string MessageOf(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (parse.UnmatchedTokens.Count == 0)
        {
            return SafeText.Line(MissingOf(parse) ?? parse.Errors[0].Message);
        }

        var stray = parse.UnmatchedTokens[0];
        var known = stray.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
        var noun = stray.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "verb" : "argument";
        return SafeText.Line($"unknown {noun} '{stray}'. {CloseNames.Hint(stray, known)}");
    }
}
