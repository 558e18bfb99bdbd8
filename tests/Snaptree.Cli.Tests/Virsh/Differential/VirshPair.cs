using System.Text;
using Snaptree.Platform;

namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>How a program ended and what it said.</summary>
public sealed record Said(int ExitCode, string Output, string Error);

/// <summary>The real virsh and ours, each on a fresh <c>test:///default</c> and in a folder of its own with the same files.</summary>
public sealed class VirshPair : IDisposable
{
    public const string Test = "test:///default";

    private static readonly string Ours = Path.Combine(AppContext.BaseDirectory, "snaptree");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int Tries = 20;
    private readonly TemporaryFolder root = TemporaryFolder.Create("virsh-pair-");

    public VirshPair(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (name, content) in files)
        {
            foreach (var folder in new[] { Folder(isOurs: false), Folder(isOurs: true) })
            {
                Directory.CreateDirectory(folder);
                using var stream = new FileStream($"{folder}/{name}", FileMode.CreateNew);
                stream.Write(Encoding.UTF8.GetBytes(content));
                File.SetUnixFileMode($"{folder}/{name}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    /// <summary>
    /// The session saves a domain. The real virsh 9.0 often hangs then, when the driver is faster than its progress display, so it is ended
    /// and tried again from the beginning.
    /// </summary>
    public bool Saves { get; init; }

    /// <summary>Variables that both get.</summary>
    public string Environment { get; init; } = "LC_ALL=C.UTF-8 TZ=Asia/Kolkata EDITOR=./editor";

    /// <summary>Runs both with standard error apart.</summary>
    public async Task<(Said Theirs, Said Ours)> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        (await RunAsync(isOurs: false, "", null, arguments, cancellationToken), await RunAsync(isOurs: true, "", null, arguments, cancellationToken));

    /// <summary>Runs both with standard error among the output, in the order in which it came.</summary>
    public async Task<(Said Theirs, Said Ours)> RunMixedAsync(string[] arguments, string? input, CancellationToken cancellationToken) =>
        (await RunAsync(isOurs: false, "2>&1", input, arguments, cancellationToken), await RunAsync(isOurs: true, "2>&1", input, arguments, cancellationToken));

    public void Dispose() => root.Dispose();

    private string Folder(bool isOurs) => $"{root.Path}/{(isOurs ? "ours" : "real")}";

    /// <summary>The paths differ only in the name of the folder, which is as long.</summary>
    private async Task<Said> RunAsync(bool isOurs, string redirection, string? input, string[] arguments, CancellationToken cancellationToken)
    {
        var script = $"cd \"$0\" && exec env {Environment} \"$@\" {redirection}";
        string[] program = isOurs ? [Ours, "virsh"] : ["virsh"];
        var command = new ProcessCommand("/bin/sh", ["-c", script, Folder(isOurs), .. program, .. arguments]) { Deadline = Limit, StandardInput = input };
        var result = Saves && !isOurs
            ? await RunPatientlyAsync(command with { Deadline = Patience }, cancellationToken)
            : await new ProcessRunner(TimeProvider.System).RunAsync(command, cancellationToken);
        return new Said(result.ExitCode, Local(result.StandardOutput, isOurs), Local(result.StandardError, isOurs));
    }

    private static async Task<ProcessResult> RunPatientlyAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return await new ProcessRunner(TimeProvider.System).RunAsync(command, cancellationToken);
            }
            catch (ProcessDeadlineException) when (left > 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private string Local(string text, bool isOurs) => text.Replace(Folder(isOurs), "/folder");
}
