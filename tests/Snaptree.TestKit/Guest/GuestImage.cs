using Snaptree.Platform;

namespace Snaptree.TestKit;

/// <summary>The tiny guest's kernel, initramfs and pattern block, built by <c>eng/guest/build</c> when they are not there yet.</summary>
public sealed record GuestImage(string Folder)
{
    /// <summary>
    /// What a kernel of a distribution needs to boot quickly under emulation: nothing that patches or protects its own text, no self tests.
    /// </summary>
    public const string CommandLine =
        "console=ttyS0 quiet tsc=reliable mitigations=off nokaslr no_timer_check random.trust_cpu=on 8250.nr_uarts=2 panic=-1 "
        + "noreplace-smp rodata=off cryptomgr.notests lsm= nopti";

    public string Kernel => $"{Folder}/kernel";

    public string Initrd => $"{Folder}/initrd";

    public string PatternBlock => $"{Folder}/pattern-block";

    public static async Task<GuestImage> BuildAsync(CancellationToken cancellationToken)
    {
        var root = RepositoryRoot();
        var folder = $"{root}/.cache/guest";
        var build = new ProcessCommand($"{root}/eng/guest/build", [folder]) { Deadline = TimeSpan.FromMinutes(5) };
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(build, cancellationToken);
        return result.ExitCode == 0 ? new GuestImage(folder) : throw new ExternalCommandException(build, result);
    }

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Snaptree.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
