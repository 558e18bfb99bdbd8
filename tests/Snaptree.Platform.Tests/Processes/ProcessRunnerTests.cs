namespace Snaptree.Platform.Tests.Processes;

public sealed class ProcessRunnerTests
{
    private readonly ProcessRunner runner = new(TimeProvider.System);

    [Fact(Timeout = Limits.Test)]
    public async Task Exit_code_and_both_outputs_come_back_whole()
    {
        ProcessResult result = await runner.RunAsync(Shell.Script("echo 'ä€😀'; echo bad >&2; exit 7"), CancellationToken.None);

        Assert.Equal(new ProcessResult(7, "ä€😀\n", "bad\n"), result);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments = ["", " a b ", "$HOME", "'\"\\", "ünï", "line\nbreak", "*"];

        ProcessResult result = await runner.RunAsync(Shell.Script("printf '%s\\0' \"$@\"", arguments), CancellationToken.None);

        Assert.Equal(arguments, result.StandardOutput.Split('\0')[..^1]);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task An_argument_with_a_NUL_is_refused_rather_than_cut_short()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => runner.RunAsync(new("echo", ["a\0b"]), CancellationToken.None));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_locale_is_C_and_the_rest_of_the_environment_stays()
    {
        ProcessResult result = await runner.RunAsync(Shell.Script("echo $LC_ALL; echo $PATH"), CancellationToken.None);

        Assert.Equal($"C\n{Environment.GetEnvironmentVariable("PATH")}\n", result.StandardOutput);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_missing_program_is_named()
    {
        ProgramNotFoundException e = await Assert.ThrowsAsync<ProgramNotFoundException>(
            () => runner.RunAsync(new("no-such-program-here", []), CancellationToken.None));

        Assert.Equal("no-such-program-here", e.Program);
        Assert.Contains("'no-such-program-here'", e.Message);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_file_that_may_not_be_executed_is_a_typed_error()
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder["plain"], "text");

        FileOperationException e = await Assert.ThrowsAsync<FileOperationException>(
            () => runner.RunAsync(new(folder["plain"], []), CancellationToken.None));

        Assert.Equal(("execute", folder["plain"], true), (e.Operation, e.Path, e.IsAccessDenied));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Standard_input_is_sent_and_closed()
    {
        string text = new('x', 1_000_000);

        ProcessResult result = await runner.RunAsync(new("cat", []) { StandardInput = text }, CancellationToken.None);

        Assert.Equal(text, result.StandardOutput);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Input_that_the_program_does_not_read_is_no_failure()
    {
        ProcessResult result = await runner.RunAsync(
            new("true", []) { StandardInput = new string('x', 1_000_000) }, CancellationToken.None);

        Assert.Equal(0, result.ExitCode);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Without_input_the_program_reads_end_of_file_at_once()
    {
        Assert.Equal("", (await runner.RunAsync(new("cat", []), CancellationToken.None)).StandardOutput);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Large_output_on_both_streams_does_not_block()
    {
        ProcessResult result = await runner.RunAsync(
            Shell.Script("head -c 5000000 /dev/zero | tr '\\0' a; head -c 5000000 /dev/zero | tr '\\0' b >&2"), CancellationToken.None);

        Assert.Equal(5_000_000, result.StandardOutput.Length);
        Assert.Equal(5_000_000, result.StandardError.Length);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Pieces_of_output_arrive_while_the_program_runs()
    {
        using TestFolder folder = new();
        List<string> pieces = [];
        ProcessCommand command = Shell.Script("printf 'one\\r'; until [ -e \"$1\" ]; do :; done; printf 'two\\r\\nthree'", folder["go"]) with
        {
            // The program ends only when it sees the answer to its first piece.
            OnOutput = piece =>
            {
                pieces.Add(piece);
                File.Create(folder["go"]).Dispose();
            },
        };

        ProcessResult result = await runner.RunAsync(command, CancellationToken.None);

        Assert.Equal(["one", "two", "three"], pieces);
        Assert.Equal("one\rtwo\r\nthree", result.StandardOutput);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Progress_of_qemu_img_can_be_read()
    {
        using TestFolder folder = new();
        using (FileStream source = File.Create(folder["source"]))
        {
            byte[] block = new byte[1 << 20];
            Random.Shared.NextBytes(block);
            for (int i = 0; i < 32; i++)
            {
                source.Write(block);
            }
        }

        List<double> percents = [];
        ProcessCommand convert = new("qemu-img", ["convert", "-p", "-f", "raw", "-O", "qcow2", folder["source"], folder["target"]])
        {
            OnOutput = piece => percents.Add(double.Parse(piece.Trim().TrimStart('(').Split('/')[0])),
        };

        ProcessResult result = await runner.RunAsync(convert, CancellationToken.None);

        Assert.Equal((0, ""), (result.ExitCode, result.StandardError));
        Assert.True(percents.Count > 3, $"only {percents.Count} pieces");
        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100.0, percents[^1]);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task An_exception_from_the_output_callback_stops_the_program_and_reaches_the_caller()
    {
        int pid = 0;
        ProcessCommand command = Shell.Script("echo $$; exec sleep 1000") with
        {
            OnOutput = piece =>
            {
                pid = int.Parse(piece);
                throw new FormatException("mine");
            },
        };

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => runner.RunAsync(command, CancellationToken.None));

        Assert.Equal("mine", e.Message);
        Assert.Null(ProcessIdentity.Find(pid));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Cancelling_lets_the_program_end_politely()
    {
        using TestFolder folder = new();
        using CancellationTokenSource cancel = new();
        ProcessCommand command =
            Shell.Script("trap 'echo polite > \"$1\"; exit 3' TERM; echo ready; while :; do sleep 0.05; done", folder["out"]) with
            {
                OnOutput = _ => cancel.Cancel(),
            };

        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => runner.RunAsync(command, cancel.Token));

        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal("polite\n", await File.ReadAllTextAsync(folder["out"]));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Cancelling_ends_a_deaf_program_and_its_children_by_force()
    {
        using CancellationTokenSource cancel = new();
        List<int> pids = [];
        ProcessCommand command = Shell.Script("trap '' TERM; sleep 1000 & echo $!; echo $$; wait") with
        {
            OnOutput = piece =>
            {
                pids.Add(int.Parse(piece));
                if (pids.Count == 2)
                {
                    cancel.Cancel();
                }
            },
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => runner.RunAsync(command, cancel.Token));

        Assert.Null(ProcessIdentity.Find(pids[1]));
        Assert.True(await (ProcessIdentity.Find(pids[0])?.WaitForExitAsync(Limits.Wait, CancellationToken.None) ?? Task.FromResult(true)));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_token_that_has_fired_starts_nothing()
    {
        using TestFolder folder = new();

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => runner.RunAsync(new("touch", [folder["made"]]), new CancellationToken(canceled: true)));

        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_deadline_names_the_command_and_what_was_printed()
    {
        ProcessCommand command = Shell.Script("echo so far; echo and here >&2; exec sleep 1000") with { Deadline = TimeSpan.FromSeconds(1) };

        ProcessDeadlineException e = await Assert.ThrowsAsync<ProcessDeadlineException>(
            () => runner.RunAsync(command, CancellationToken.None));

        Assert.Equal(("so far\n", "and here\n"), (e.StandardOutput, e.StandardError));
        Assert.Contains("sleep 1000", e.Message);
        Assert.Contains("within 1 s", e.Message);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Death_by_signal_counts_as_in_a_shell()
    {
        ProcessResult result = await runner.RunAsync(Shell.Script("kill -9 $$"), CancellationToken.None);

        Assert.Equal(128 + 9, result.ExitCode);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_child_has_default_signals_no_foreign_descriptors_and_its_own_group()
    {
        using TestFolder folder = new();
        using FileStream open = File.Create(folder["open"]);

        ProcessResult result = await runner.RunAsync(
            Shell.Script("ls /proc/self/fd; grep -E 'Sig(Ign|Blk)' /proc/self/status; cut -d' ' -f5 /proc/$$/stat; echo $$"),
            CancellationToken.None);

        string[] lines = result.StandardOutput.TrimEnd().Split('\n');
        // 3 is the folder that ls itself reads.
        Assert.Equal(["0", "1", "2", "3"], lines[..4]);
        Assert.Equal("SigBlk:\t0000000000000000", lines[4]);
        // Signals 32 and 33 belong to the C library, which lets nobody set them.
        Assert.Equal(0UL, Convert.ToUInt64(lines[5].Split('\t')[1], 16) & ~0x1_8000_0000UL);
        Assert.Equal(lines[7], lines[6]);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task No_zombies_are_left()
    {
        for (int i = 0; i < 20; i++)
        {
            await runner.RunAsync(new("true", []), CancellationToken.None);
        }

        ProcessResult zombies = await runner.RunAsync(
            Shell.Script("cat /proc/[0-9]*/stat 2>/dev/null | awk -v me=\"$1\" '/[)] Z/ && $4 == me && /[(]true[)]/'", $"{Environment.ProcessId}"),
            CancellationToken.None);
        Assert.Equal("", zombies.StandardOutput);
    }

    [Fact]
    public void A_command_failure_carries_everything()
    {
        ProcessCommand command = new("qemu-img", ["info", "it's here"]);

        ExternalCommandException e = new(command, new(1, "out", "could not open\nreason\n"));

        Assert.Equal(("qemu-img", 1, "could not open\nreason\n"), (e.FileName, e.ExitCode, e.StandardError));
        Assert.Equal("'qemu-img info 'it'\\''s here'' failed with exit code 1: could not open\nreason", e.Message);
    }
}
