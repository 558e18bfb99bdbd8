using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>save</c>, <c>restore</c>, <c>managedsave</c> and its removal.</summary>
internal static class SaveVerbs
{
    private static readonly VirshOption SaveFile = VirshOption.Required("file", "where the state goes");
    private static readonly VirshOption RestoreFile = VirshOption.Required("file", "the saved state");
    private static readonly VirshOption BypassCache = VirshOption.Flag("bypass-cache", "write or read past the cache of the file system");
    private static readonly VirshOption Xml = VirshOption.Text("xml", "file with the XML to keep or start with instead");
    private static readonly VirshOption Verbose = VirshOption.Flag("verbose", "show progress");
    private static readonly VirshOption ResetNvram = VirshOption.Flag("reset-nvram", "begin with the template of the NVRAM");

    public static VirshVerb BuildSave() => new(
        "save", VirshGroup.Domain, "save a domain state to a file",
        [Targets.Domain, SaveFile, BypassCache, Xml, SavedRun.Running, SavedRun.Paused, Verbose], SaveAsync)
    { Description = "Save a running domain's state to a file and end it." };

    public static VirshVerb BuildRestore() => new(
        "restore", VirshGroup.Domain, "restore a domain from a saved state in a file",
        [RestoreFile, BypassCache, Xml, SavedRun.Running, SavedRun.Paused, ResetNvram], RestoreAsync)
    { Description = "Start a domain from a saved state." };

    public static VirshVerb BuildManagedSave() => new(
        "managedsave", VirshGroup.Domain, "managed save of a domain state",
        [Targets.Domain, BypassCache, SavedRun.Running, SavedRun.Paused, Verbose], ManagedSaveAsync)
    { Description = "Save a running domain's state and end it; the next 'start' goes on from there." };

    public static VirshVerb BuildManagedSaveRemove() => new(
        "managedsave-remove", VirshGroup.Domain, "Remove managed save of a domain", [Targets.Domain], RemoveAsync)
    { Description = "Remove a domain's managed save" };

    private static async Task SaveAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var file = call.Required(SaveFile);
        var xml = await ReadXmlAsync(call, cancellationToken);
        var flags = SavedRun.FlagsOf(call) | call.When(BypassCache, SaveRestoreFlags.BypassCache);
        var function = flags == SaveRestoreFlags.None && xml is null ? "virDomainSave" : "virDomainSaveFlags";
        await VirshCall.OrFailAsync(
            $"Failed to save domain '{Targets.Named(call)}' to {file}",
            () => WithProgressAsync(call, "Save", progress =>
                call.Connection.Changing(function).VmState.SaveAsync(domain, Path.GetFullPath(file), xml, flags, progress, cancellationToken)));
        call.Output.Extra($"\nDomain '{Targets.Named(call)}' saved to {file}\n");
    }

    private static async Task RestoreAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var file = call.Required(RestoreFile);
        var xml = await ReadXmlAsync(call, cancellationToken);
        var flags = SavedRun.FlagsOf(call) | call.When(BypassCache, SaveRestoreFlags.BypassCache) | call.When(ResetNvram, SaveRestoreFlags.ResetNvram);
        var function = flags == SaveRestoreFlags.None && xml is null ? "virDomainRestore" : "virDomainRestoreFlags";
        await VirshCall.OrFailAsync(
            $"Failed to restore domain from {file}",
            () => call.Connection.Changing(function).VmState.RestoreAsync(Path.GetFullPath(file), xml, flags, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Domain restored from {file}\n");
    }

    private static async Task ManagedSaveAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var flags = SavedRun.FlagsOf(call) | call.When(BypassCache, SaveRestoreFlags.BypassCache);
        await VirshCall.OrFailAsync(
            $"Failed to save domain '{Targets.Named(call)}' state",
            () => WithProgressAsync(call, "Managedsave", progress =>
                call.Connection.Changing("virDomainManagedSave").VmState.ManagedSaveAsync(domain, flags, progress, cancellationToken)));
        call.Output.Extra($"\nDomain '{Targets.Named(call)}' state saved by libvirt\n");
    }

    private static async Task RemoveAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        if (!call.VmState.HasManagedSaveImage(domain))
        {
            call.Output.Extra($"Domain '{Targets.Named(call)}' has no manage save image; removal skipped");
            return;
        }

        await VirshCall.OrFailAsync(
            $"Failed to remove managed save image for domain '{Targets.Named(call)}'",
            () => call.Connection.Changing("virDomainManagedSaveRemove").VmState.ManagedSaveRemoveAsync(domain, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Removed managedsave image for domain '{Targets.Named(call)}'");
    }

    private static async Task<string?> ReadXmlAsync(VirshCall call, CancellationToken cancellationToken) =>
        call.Text(Xml) is { } path ? await VirshFile.ReadAsync(path, cancellationToken) : null;

    private static async Task WithProgressAsync(VirshCall call, string label, Func<IProgress<OperationProgress>, Task> work)
    {
        if (!call.Has(Verbose))
        {
            await work(NoProgress.Instance);
            return;
        }

        var percent = new PercentProgress(call.Output, label);
        await work(percent);
        percent.Finish();
    }
}
