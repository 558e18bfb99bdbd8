using Snaptree.Cli.Json;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Edge;

/// <summary>Tells an error on standard error: what happened, what another program said, what to do now.</summary>
internal static class ErrorReport
{
    public static void Write(Terminal terminal, SnapshotException error, bool asJson)
    {
        if (asJson)
        {
            JsonText.Write(terminal.Error, json => ErrorShape.Write(json, error));
            return;
        }

        var style = terminal.Style with { Color = terminal.Style.Color && terminal.ErrorIsTerminal };
        foreach (var line in Lines(error, style))
        {
            terminal.Error.WriteLine(line);
        }
    }

    internal static IEnumerable<string> Lines(SnapshotException error, Style style)
    {
        // Faults of documents show the place; any other message is one line, whatever a name in it holds.
        var hasPlace = error.Code is ErrorCode.XmlDetail or ErrorCode.XmlInvalidSchema;
        var message = (hasPlace ? SafeText.Block(error.Message) : SafeText.Line(error.Message)).TrimEnd('\n').Split('\n');
        yield return $"{style.Bad("error:")} {message[0]}";
        foreach (var line in message.Skip(1))
        {
            yield return $"  {line}";
        }

        if (error.Foreign is { } foreign)
        {
            yield return $"  {SafeText.Line(foreign.Source)} said ({SafeText.Line(foreign.Kind)}):";
            foreach (var line in SafeText.Block(foreign.Text).TrimEnd('\n').Split('\n'))
            {
                yield return $"    {line}";
            }
        }

        if (error.Details is { } details)
        {
            foreach (var line in SafeText.Block(details).TrimEnd('\n').Split('\n'))
            {
                yield return $"  {line}";
            }
        }

        yield return SafeText.Line(error.Remedy);
    }
}
