using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>A null-terminated array of C strings in UTF-8, owned until disposed.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int count;
    private byte** items;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        if (strings.Any(s => s.Contains('\0')))
        {
            throw new ArgumentException("An argument of a program cannot contain a NUL character.", nameof(strings));
        }

        count = strings.Count;
        items = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < count; i++)
        {
            items[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }
    }

    public byte** Pointer => items;

    public void Dispose()
    {
        for (int i = 0; items is not null && i < count; i++)
        {
            Marshal.FreeCoTaskMem((nint)items[i]);
        }

        NativeMemory.Free(items);
        items = null;
    }
}
