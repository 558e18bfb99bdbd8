using System.Collections.Immutable;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <summary>All verbs of the virsh surface.</summary>
internal sealed class VirshVerbs
{
    private readonly ImmutableArray<VirshVerb> verbs;
    private readonly VirshVerb help;

    public VirshVerbs(IForegroundRunner programs)
    {
        help = HelpVerb.Build(this);
        verbs = [.. OfDomains(programs), .. OfSnapshots(programs), .. OfHostAndShell()];
    }

    /// <summary>By its whole name; null when there is none.</summary>
    public VirshVerb? Find(string name) => verbs.FirstOrDefault(verb => verb.Name == name);

    public IEnumerable<VirshVerb> Of(VirshGroup group) => verbs.Where(verb => verb.Group == group).OrderBy(verb => verb.Name, StringComparer.Ordinal);

    public VirshCommand HelpOn(VirshVerb verb) => HelpVerb.On(help, verb);

    private static IEnumerable<VirshVerb> OfDomains(IForegroundRunner programs) =>
    [
        DomainListVerb.Build(), DomainReadVerbs.BuildInfo(), DomainReadVerbs.BuildState(), DomainReadVerbs.BuildDumpXml(),
        DomainReadVerbs.BuildId(), DomainReadVerbs.BuildName(), DomainReadVerbs.BuildUuid(), DomainBlockListVerb.Build(),
        DefineVerb.Build(), UndefineVerb.Build(), DomainPowerVerbs.BuildStart(), DomainPowerVerbs.BuildDestroy(),
        DomainPowerVerbs.BuildShutdown(), DomainPowerVerbs.BuildSuspend(), DomainPowerVerbs.BuildResume(), DomainPowerVerbs.BuildReset(),
        SaveVerbs.BuildSave(), SaveVerbs.BuildRestore(), SaveVerbs.BuildManagedSave(), SaveVerbs.BuildManagedSaveRemove(),
        SavedImageVerbs.BuildDumpXml(), SavedImageVerbs.BuildDefine(), SavedImageVerbs.BuildEdit(programs),
        ManagedSaveVerbs.BuildDumpXml(), ManagedSaveVerbs.BuildDefine(), ManagedSaveVerbs.BuildEdit(programs),
    ];

    private static IEnumerable<VirshVerb> OfSnapshots(IForegroundRunner programs) =>
    [
        SnapshotCreateVerb.Build(), SnapshotCreateAsVerb.Build(), SnapshotCurrentVerb.Build(), SnapshotDeleteVerb.Build(),
        SnapshotDumpXmlVerb.Build(), SnapshotEditVerb.Build(programs), SnapshotInfoVerb.Build(), SnapshotListVerb.Build(),
        SnapshotParentVerb.Build(), SnapshotRevertVerb.Build(), FirstDesignVerbs.BuildStart(), FirstDesignVerbs.BuildDeleteAll(),
        FirstDesignVerbs.BuildRename(),
    ];

    private IEnumerable<VirshVerb> OfHostAndShell() =>
    [
        HostVerbs.BuildUri(), HostVerbs.BuildHostName(), HostVerbs.BuildVersion(), ShellVerbs.BuildCd(), ShellVerbs.BuildEcho(),
        ShellVerbs.BuildQuit("exit"), help, ShellVerbs.BuildPwd(), ShellVerbs.BuildQuit("quit"), ShellVerbs.BuildConnect(),
    ];
}
