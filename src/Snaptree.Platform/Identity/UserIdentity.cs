using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>The account whose rights this process has (the effective one).</summary>
public sealed partial record UserIdentity(uint Uid, uint Gid, string Name)
{
    public static UserIdentity Current => new(EffectiveUser(), EffectiveGroup(), Environment.UserName);

    public bool IsRoot => Uid == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint EffectiveGroup();
}
