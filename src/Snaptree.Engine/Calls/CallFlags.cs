using System.Globalization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>The checks that libvirt makes of a call's flags, with its words. Such errors stand for themselves (no prefix).</summary>
internal static class CallFlags
{
    /// <param name="call">libvirt's name of the call without <c>vir</c>.</param>
    internal static void RefuseUnknown(DriverCapabilities driver, uint flags, uint known, string call)
    {
        if ((flags & ~known) is var unknown && unknown != 0)
        {
            var function = driver.FunctionPrefix + call;
            throw Wrong($"unsupported flags (0x{unknown.ToString("x", CultureInfo.InvariantCulture)}) in function {function}", function);
        }
    }

    /// <param name="one">libvirt's name of the flag.</param>
    internal static void RefuseBoth(bool hasBoth, string one, string other, string call)
    {
        if (hasBoth)
        {
            throw Wrong($"Flags '{one}' and '{other}' are mutually exclusive", $"vir{call}");
        }
    }

    /// <param name="needed">libvirt's name of the flag that must be there too.</param>
    internal static void RefuseAlone(bool isAlone, string needed, string given, string call)
    {
        if (isAlone)
        {
            throw Wrong($"Flag '{needed}' is required by flag '{given}'", $"vir{call}");
        }
    }

    private static SnapshotException Wrong(string message, string function) =>
        new(ErrorCode.InvalidArgument, message, "Leave the flag out; docs/api-map.md lists what each call takes.") { Function = function };
}
