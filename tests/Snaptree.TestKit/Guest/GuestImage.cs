using System.Diagnostics;

namespace Snaptree.TestKit.Guest;

/// <summary>The built test guest: a kernel, an initrd and the block of known data inside it.</summary>
public sealed record GuestImage(string Folder)
{
    /// <summary>Names a folder with a complete guest, used as it is instead of the repository's own.</summary>
    public const string FolderVariable = "SNAPTREE_TEST_GUEST";

    /// <summary>
    /// The guest needs no argument but the console; the others make it boot sooner under emulation: no calibration of
    /// clocks, no self tests, no work against attacks on the processor.
    /// </summary>
    public const string KernelArguments =
        "console=ttyS0 quiet loglevel=1 mitigations=off tsc=reliable lpj=4000000 no_timer_check cryptomgr.notests";

    /// <summary>What the kernel takes for itself; with less, it does not boot.</summary>
    public const int LeastMemoryMiB = 80;

    public string KernelPath => Path.Combine(Folder, "kernel");

    public string InitrdPath => Path.Combine(Folder, "initrd");

    public string PatternBlockPath => Path.Combine(Folder, "pattern-block");

    /// <summary>
    /// The guest named by <see cref="FolderVariable"/>, or else the repository's, built when it is missing or its
    /// sources changed (milliseconds when not).
    /// </summary>
    /// <exception cref="InvalidOperationException">The build failed (its own words are in the message), the named folder
    /// holds no complete guest, or this program does not lie in the repository.</exception>
    public static async Task<GuestImage> FindOrBuildAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            return new GuestImage(Path.GetFullPath(named)).Complete();

        var repository = FindRepository();
        var image = new GuestImage(Path.Combine(repository, ".cache", "guest"));
        await BuildAsync(Path.Combine(repository, "eng", "guest", "build"), image.Folder, cancellationToken);
        return image.Complete();
    }

    /// <summary>
    /// QEMU arguments that boot this guest, with its console written to a file and its command channel served on a unix
    /// socket. Machine, memory and disks are the caller's.
    /// </summary>
    public IReadOnlyList<string> BootArguments(string consolePath, string channelPath) =>
    [
        "-kernel", KernelPath, "-initrd", InitrdPath, "-append", KernelArguments,
        "-chardev", $"file,id=console,path={Escape(consolePath)}", "-device", "isa-serial,chardev=console",
        "-chardev", $"socket,id=channel,path={Escape(channelPath)},server=on,wait=off", "-device", "isa-serial,chardev=channel",
    ];

    private static string Escape(string path) => path.Replace(",", ",,");

    private GuestImage Complete()
    {
        foreach (var path in new[] { KernelPath, InitrdPath, PatternBlockPath })
        {
            if (!File.Exists(path))
                throw new InvalidOperationException($"{path} is missing; build the guest with: eng/guest/build {Folder}");
        }

        return this;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Snaptree.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds Snaptree.slnx; name a built guest in {FolderVariable}.");
    }

    private static async Task BuildAsync(string builder, string folder, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(builder, [folder]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{builder} did not start.");
        try
        {
            var words = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{builder} {folder} failed with {process.ExitCode}:\n{words}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
