namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>
/// A long session at virsh, mistakes included, from one number: the same number gives the same session. What docs/virsh.md lists as different
/// is left out here and tried on its own.
/// </summary>
internal sealed class ScriptGenerator(int seed)
{
    private static readonly string[] ListFlags =
    [
        "--parent", "--roots", "--leaves", "--no-leaves", "--metadata", "--no-metadata", "--inactive", "--active", "--disk-only", "--internal",
        "--external", "--tree", "--current", "--descendants", "--name",
    ];

    private static readonly string[] CreateFlags = ["--quiesce", "--atomic", "--validate", "--disk-only", "--reuse-external", "--no-metadata"];

    private static readonly string[] DiskSpecs =
        ["vda", "vda,snapshot=internal", "/guest/diskimage1", "vdb", "vda,snapshot=no", "vda,snapshot=foo", "vda,driver=foo", "vda,stype=net", "vda,what", "vda,file=x"];

    private static readonly string[] ExternalDiskSpecs = ["vda,snapshot=external", "vda,file=/x", "vda,stype=block", "vda,file=/a,,b", "vda,driver=qcow2"];

    private static readonly string[] MemorySpecs =
        ["snapshot=internal", "snapshot=external", "snapshot=foo", "file=m", "/m,snapshot=internal", "what", "/a,/b", "snapshot=manual"];

    private static readonly string[] DomainFilters =
    [
        "--all", "--inactive", "--transient", "--persistent", "--with-snapshot", "--without-snapshot", "--with-checkpoint", "--without-checkpoint",
        "--state-running", "--state-paused", "--state-shutoff", "--state-other", "--autostart", "--no-autostart", "--with-managed-save",
        "--without-managed-save", "--uuid", "--name", "--table", "--managed-save", "--title",
    ];

    private readonly Random random = new(seed);
    private readonly List<string> names = [.. ScriptFiles.Redefined];
    private bool hasUnnamed;

    public List<string> Commands(int count)
    {
        var commands = new List<string>(count);
        while (commands.Count < count)
        {
            commands.AddRange(Next());
        }

        return commands;
    }

    private string[] Next() => random.Next(100) switch
    {
        < 18 => CreateAs(),
        < 22 => [PrintXml()],
        < 30 => [CreateFromFile()],
        < 45 => [SnapshotList()],
        < 50 => [$"snapshot-info {Domain()} {Target()}"],
        < 54 => [$"snapshot-parent {Domain()} {Target()}"],
        < 59 => [Current()],
        < 65 => [DumpXml()],
        < 72 => [.. Revert(), "domstate test --reason"],
        < 79 => [$"snapshot-delete {Domain()} {Target()}{Some("--children", "--children-only", "--metadata")}"],
        < 82 => [$"snapshot-edit {Domain()} {Target()}{Some("--rename", "--clone")}"],
        < 90 => [.. Power(), "domstate test --reason"],
        < 93 => [$"list{Several(DomainFilters)}"],
        < 96 => [$"{Pick("dominfo", "domname", "domuuid", "domblklist", "domblklist --details", "domstate")} {Domain()}"],
        < 98 => [$"dumpxml {Domain()}{Some("--inactive", "--security-info", "--migratable")}"],
        _ => SecondDomain(),
    };

    /// <summary>Words about memory only of a running domain: those of a shut off one are read as by libvirt's QEMU driver.</summary>
    private string[] CreateAs()
    {
        var disks = Chance(20) ? $" --diskspec {Pick(DiskSpecs)}" : "";
        var memory = Chance(12) ? $" --memspec {Pick(MemorySpecs)}" : "";
        var create = $"snapshot-create-as {Domain()} {(Chance(8) ? Name() : NewName())}{Pick("", "", " 'what it is'")}{(Chance(8) ? " --halt" : "")}{(Chance(25) ? " " + Pick(CreateFlags) : "")}{memory}{disks}";
        return memory.Length > 0 ? ["start test", create] : [create];
    }

    private string PrintXml() =>
        $"snapshot-create-as {Domain()} --print-xml{Pick("", " --name n1", " n1 'd <&> d'")} --memspec {Pick([.. MemorySpecs, "/m", "file=/m,,n,snapshot=external"])}"
        + $" --diskspec {Pick([.. DiskSpecs, .. ExternalDiskSpecs])} {Pick("", "--diskspec vdb,driver=qcow2,file=/q")}";

    private string CreateFromFile()
    {
        if (!hasUnnamed && Chance(25))
        {
            hasUnnamed = true;
            return $"snapshot-create test {Pick("", "unnamed.xml")}";
        }

        var file = Pick(
            "plain.xml", "extra.xml", "wrongdisk.xml", "twice.xml", "noname.xml", "broken.xml", "root.xml", "missing.xml", "r1.xml", "r2.xml", "r3.xml",
            "r4.xml", "loop.xml", "orphan.xml", "nostate.xml", "badstate.xml", "otheruuid.xml");
        var isRedefinition = file is not ("plain.xml" or "extra.xml");
        return $"snapshot-create {Domain()} {file}{(isRedefinition || Chance(20) ? " --redefine" : "")}{(Chance(30) ? " --current" : "")}{(Chance(10) ? Some("--halt", "--no-metadata", "--validate") : "")}";
    }

    private string SnapshotList()
    {
        var flags = Several(ListFlags);
        var both = flags.Contains("--name", StringComparison.Ordinal) && flags.Contains("--parent", StringComparison.Ordinal);
        var allLeaves = flags.Contains("--leaves", StringComparison.Ordinal) && flags.Contains("--no-leaves", StringComparison.Ordinal);
        return $"snapshot-list {Domain()}{(both ? " --name" : allLeaves ? " --leaves" : flags)}{(Chance(25) ? $" --from {Name()}" : "")}";
    }

    private string Current() => Pick(
        $"snapshot-current {Domain()}", $"snapshot-current {Domain()} --name", $"snapshot-current {Domain()} {Name()}",
        $"snapshot-current {Domain()} {Name()} --name", $"snapshot-current {Domain()} --security-info");

    private string DumpXml()
    {
        var part = Pick("", "", " --xpath //name", " --xpath //disk --wrap", " --xpath /domainsnapshot/*/name/text()", " --xpath //@snapshot", " --xpath //nosuch --wrap", " --xpath 'count(//name)'", " --wrap");
        return $"snapshot-dumpxml {Domain()} {Name()}{part}{(Chance(20) ? " --security-info" : "")}";
    }

    /// <summary>
    /// To snapshots that were really taken: libvirt's test driver reverts to what was only told by a redefinition, too. With flags only to those
    /// of an active domain: it does not start what it reverts to another.
    /// </summary>
    private string[] Revert()
    {
        if (Chance(15))
        {
            return [$"snapshot-revert {Domain()} {Pick("", "nosuch --running", "nosuch --current", "''", "nosuch --running --paused")}"];
        }

        var name = names[random.Next(names.Count)];
        if (Chance(50) && !ScriptFiles.Redefined.Contains(name))
        {
            return [$"snapshot-revert {Domain()} '{name}'{Some("--force", "--reset-nvram")}"];
        }

        var fresh = NewName();
        return ["start test", $"snapshot-create-as test {fresh}", .. Power(), $"snapshot-revert test {fresh}{Some("--running", "--paused", "--force")}"];
    }

    /// <summary>A domain is suspended only when it was resumed: suspending it twice is an error of libvirt's test driver alone.</summary>
    private string[] Power() => Pick<string[]>(
        [$"resume {Domain()}"], ["resume test", $"suspend {Domain()}"], [$"destroy {Domain()}{Some("--graceful")}"],
        [$"start {Domain()}"], [$"start {Domain()}"], [$"start {Domain()}{Some("--force-boot", "--autodestroy")}"], [$"shutdown {Domain()}"], [$"reset {Domain()}"]);

    private string[] SecondDomain() => Pick<string[]>(
        ["define t2.xml", "list --all", "start t2", "domstate t2 --reason", "domblklist t2 --details", "destroy t2", "undefine t2"],
        ["define t2.xml", "undefine t2 --wipe-storage", "undefine t2 --nvram --keep-nvram", "undefine t2 --snapshots-metadata --managed-save"],
        ["define t2.xml", "snapshot-create-as t2 one", "snapshot-list t2", "undefine t2", "list --all --with-snapshot", "undefine t2 --snapshots-metadata", "list --all"]);

    private string Domain() => random.Next(40) switch
    {
        0 => "nosuch",
        1 => "6695eb01-f6a4-8304-79aa-97f2502e193f",
        2 => "99",
        3 => "''",
        4 => "--domain test",
        _ => "test",
    };

    /// <summary>A name that may be there, the current one, or a mistake.</summary>
    private string Target() => random.Next(20) switch
    {
        0 => "",
        < 5 => "--current",
        5 => $"{Name()} --current",
        6 => $"--snapshotname {Name()}",
        _ => Name(),
    };

    private string Name() => Chance(4) ? "''" : Chance(6) ? "nosuch" : $"'{names[random.Next(names.Count)]}'";

    private string NewName()
    {
        var name = Pick("s", "S", "snap ", "漢", "é", "a\\x") + names.Count;
        names.Add(name);
        return $"'{name}'";
    }

    /// <summary>None, one or two of the flags.</summary>
    private string Some(params string[] flags) =>
        string.Concat(flags.OrderBy(_ => random.Next()).Take(Pick(0, 0, 0, 1, 1, 2)).Select(flag => $" {flag}"));

    private string Several(string[] flags) =>
        string.Concat(flags.OrderBy(_ => random.Next()).Take(Pick(0, 0, 1, 1, 1, 2, 2, 3)).Select(flag => $" {flag}"));

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
