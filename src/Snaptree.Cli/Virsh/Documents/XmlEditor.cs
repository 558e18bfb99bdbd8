using System.Text;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <summary>What an <c>-edit</c> verb edits.</summary>
/// <param name="Read">The document now.</param>
/// <param name="Define">Puts the edited one in its place.</param>
internal sealed record EditedThing(Func<Task<string>> Read, Func<string, Task> Define)
{
    /// <summary>Defining does something even when the document is left as it is.</summary>
    public bool DefinesUnchanged { get; init; }
}

/// <summary>Lets a person change a document with <c>$VISUAL</c>, <c>$EDITOR</c> or <c>vi</c>, as virsh does.</summary>
internal sealed class XmlEditor(VirshSession session, IForegroundRunner programs)
{
    private const string Changed = "The XML configuration was changed by another user.";
    private const string Failed = "Failed.";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Edits until it is defined, or given up.</summary>
    /// <returns>False when the document was left as it is and nothing was defined.</returns>
    /// <exception cref="VirshFailureException">The editor failed, or the edited document was refused and the person gave up.</exception>
    public async Task<bool> EditAsync(EditedThing thing, CancellationToken cancellationToken)
    {
        var before = await thing.Read();
        var path = TemporaryName();
        await DurableFile.WriteAtomicAsync(path, Encoding.UTF8.GetBytes(before), OwnerOnly, cancellationToken);
        try
        {
            while (true)
            {
                await RunEditorAsync(path, cancellationToken);
                var edited = await VirshFile.ReadAsync(path, cancellationToken);
                if (edited == before && !thing.DefinesUnchanged)
                {
                    return false;
                }

                if (await TryDefineAsync(thing, before, edited) is not { } refusal)
                {
                    return true;
                }

                AskForAnotherTry(refusal);
            }
        }
        finally
        {
            DurableFile.Delete(path);
        }
    }

    /// <summary>Null when it is defined, else why not. A document that changed meanwhile is not overwritten.</summary>
    private static async Task<VirshFailureException?> TryDefineAsync(EditedThing thing, string before, string edited)
    {
        if (await thing.Read() != before)
        {
            return new VirshFailureException(Changed);
        }

        try
        {
            await thing.Define(edited);
            return null;
        }
        catch (SnapshotException refused)
        {
            return new VirshFailureException(Failed, refused);
        }
    }

    private void AskForAnotherTry(VirshFailureException refusal)
    {
        if (!session.Terminal.InIsTerminal)
        {
            throw refusal;
        }

        if (refusal.Cause is { } cause)
        {
            session.Output.Error(LibvirtText.Of(cause));
        }

        while (true)
        {
            session.Output.Aside($"{refusal.Line} Try again? [y,n,?]: ");
            switch (session.Terminal.In.ReadLine()?.Trim())
            {
                case "y":
                    return;
                case "?":
                    session.Output.Aside("y - yes, start editor again\nn - no, throw away my changes\n? - print this help\n");
                    break;
                case "n" or null:
                    throw new VirshFailureException(null);
            }
        }
    }

    private async Task RunEditorAsync(string path, CancellationToken cancellationToken)
    {
        var command = CommandOf(Environment.GetEnvironmentVariable, path);
        int code;
        try
        {
            code = await programs.RunAsync(command, cancellationToken);
        }
        catch (ProgramNotFoundException missing)
        {
            throw new SnapshotException(
                ErrorCode.System, $"Cannot find '{command.FileName}' in path: No such file or directory", "Set EDITOR to an editor that is installed.", missing);
        }

        if (code != 0)
        {
            throw new SnapshotException(
                ErrorCode.Internal, $"Child process ({command}) unexpected exit status {code}", "The document is unchanged; edit again.");
        }
    }

    /// <summary>A single word is the program; anything else is for a shell.</summary>
    internal static ProcessCommand CommandOf(Func<string, string?> environment, string path)
    {
        var editor = environment("VISUAL") is { Length: > 0 } visual ? visual : environment("EDITOR") is { Length: > 0 } own ? own : "vi";
        return IsPlain(editor) ? new ProcessCommand(editor, [path])
            : IsPlain(path) ? new ProcessCommand("sh", ["-c", $"{editor} {path}"])
            : throw new VirshFailureException($"{path}: temporary filename contains shell meta or other unacceptable characters (is $TMPDIR wrong?)");
    }

    private static bool IsPlain(string word) => word.All(character => char.IsAsciiLetterOrDigit(character) || "-/_.:@".Contains(character));

    private static string TemporaryName() => Path.Combine(Path.GetTempPath(), $"virsh{Guid.NewGuid():N}.xml");
}
