using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

internal static unsafe partial class LockNative
{
    public const int ExclusiveNonBlocking = 2 | 4;
    public const int Unlock = 8;

    public const int GetDescriptionLock = 36;
    public const int SetDescriptionLock = 37;
    public const short WriteLock = 1;
    public const short NoLock = 2;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, RecordLock* request);
}

/// <summary><c>struct flock</c> of 64-bit Linux; a length of 0 means the whole file.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct RecordLock
{
    [FieldOffset(0)] public short Type;
    [FieldOffset(2)] public short Whence;
    [FieldOffset(8)] public long Start;
    [FieldOffset(16)] public long Length;
    [FieldOffset(24)] public int ProcessId;
}
