using Snaptree.Platform;

namespace Snaptree.TestKit;

/// <summary>The tiny guest's kernel, initramfs and pattern block, built by <c>eng/guest/build</c> when they are not there yet.</summary>
public sealed record GuestImage(string Folder)
{
    /// <summary>The kernel's command line for a guest that shall be able to power off and to tell of its panic.</summary>
    public const string AcpiCommandLine =
        "console=ttyS0 quiet tsc=reliable mitigations=off nokaslr no_timer_check random.trust_cpu=on 8250.nr_uarts=2 panic=-1 "
        + "noreplace-smp rodata=off cryptomgr.notests lsm= nopti";

    /// <summary>
    /// What a kernel of a distribution needs to boot quickly under emulation: nothing that patches or protects its own text, no self tests,
    /// no ACPI tables to interpret.
    /// </summary>
    public const string CommandLine = AcpiCommandLine + " acpi=off";

    /// <summary>Names a folder with a built guest, to be used as it is instead of the repository's own.</summary>
    public const string FolderVariable = "SNAPTREE_TEST_GUEST";

    /// <summary>Below this, the kernel finds no room for itself and does not boot. Measured: 64 fails, 72 boots.</summary>
    public const int LeastMemoryMib = 72;

    public string Kernel => $"{Folder}/kernel";

    public string Initrd => $"{Folder}/initrd";

    /// <summary>The same with QEMU's guest agent, its port and ext4.</summary>
    public string AgentInitrd => $"{Folder}/initrd-agent";

    public string PatternBlock => $"{Folder}/pattern-block";

    /// <summary>The guest named by <see cref="FolderVariable"/>, or the repository's: built if it is missing or its sources changed.</summary>
    public static async Task<GuestImage> BuildAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return new GuestImage(Path.GetFullPath(named)).Complete();
        }

        var root = RepositoryRoot();
        var folder = $"{root}/.cache/guest";
        var build = new ProcessCommand($"{root}/eng/guest/build", [folder]) { Deadline = TimeSpan.FromMinutes(5) };
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(build, cancellationToken);
        return result.ExitCode == 0 ? new GuestImage(folder) : throw new ExternalCommandException(build, result);
    }

    /// <summary>
    /// QEMU's arguments to boot this guest, its console written to a file and its command channel served on a unix socket. Machine,
    /// memory and disks are the caller's. It can power off and panic.
    /// </summary>
    public IReadOnlyList<string> BootArguments(string consoleLog, string channelSocket) =>
    [
        "-kernel", Kernel, "-initrd", Initrd, "-append", AcpiCommandLine,
        "-chardev", $"file,id=console,path={Escape(consoleLog)}", "-device", "isa-serial,chardev=console",
        "-chardev", $"socket,id=channel,path={Escape(channelSocket)},server=on,wait=off", "-device", "isa-serial,chardev=channel",
    ];

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Snaptree.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }

    private static string Escape(string path) => path.Replace(",", ",,");

    private GuestImage Complete()
    {
        foreach (var path in new[] { Kernel, Initrd, AgentInitrd, PatternBlock })
        {
            if (!File.Exists(path))
            {
                throw new InvalidOperationException($"{path} is missing; build the guest with: eng/guest/build {Folder}");
            }
        }

        return this;
    }
}
