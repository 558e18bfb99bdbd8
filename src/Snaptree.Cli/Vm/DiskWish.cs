using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Cli.Vm;

/// <summary>One <c>--disk</c> as written: <c>PATH[,readonly][,bus=virtio|ide|sata][,format=raw|qcow2]</c>.</summary>
/// <param name="Format">Null lets the image's header tell.</param>
internal sealed record DiskWish(string Path, bool ReadOnly, DiskBus Bus, ImageFormat? Format)
{
    /// <summary>A comma inside the path is written twice, as QEMU does.</summary>
    /// <returns>The wish, or the sentence that says what is wrong.</returns>
    public static (DiskWish? Wish, string? Broken) Parse(string text)
    {
        var parts = Split(text);
        if (parts[0].Length == 0)
        {
            return (null, $"--disk '{text}' names no path.");
        }

        var wish = new DiskWish(parts[0], ReadOnly: false, DiskBus.Virtio, Format: null);
        foreach (var part in parts.Skip(1))
        {
            if (With(wish, part) is not { } next)
            {
                return (null, $"--disk '{text}': '{part}' is not understood; say readonly, bus=virtio|ide|sata or format=raw|qcow2.");
            }

            wish = next;
        }

        return (wish, null);
    }

    private static DiskWish? With(DiskWish wish, string part) => part switch
    {
        "readonly" => wish with { ReadOnly = true },
        "bus=virtio" => wish with { Bus = DiskBus.Virtio },
        "bus=ide" => wish with { Bus = DiskBus.Ide },
        "bus=sata" => wish with { Bus = DiskBus.Sata },
        "format=raw" => wish with { Format = ImageFormat.Raw },
        "format=qcow2" => wish with { Format = ImageFormat.Qcow2 },
        _ => null,
    };

    private static ImmutableArray<string> Split(string text)
    {
        // No path holds a NUL, so it can stand for the doubled comma.
        return [.. text.Replace(",,", "\0").Split(',').Select(part => part.Replace('\0', ','))];
    }
}
