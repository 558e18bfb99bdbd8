using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Snaptree.Qmp.Wire;

/// <summary>
/// Sends bytes with a file descriptor attached to them (SCM_RIGHTS), which the managed socket cannot do. The layouts are
/// Linux's, for 32 and 64 bits; <c>nuint</c> is size_t and gives the right padding.
/// </summary>
internal static unsafe partial class DescriptorSender
{
    public const int WouldBlock = -1;

    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN

    /// <summary>
    /// Sends as much of <paramref name="bytes"/> as fits, at least one byte, with the descriptor on the first; or nothing at all,
    /// and returns <see cref="WouldBlock"/>.
    /// </summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static int TrySend(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, SafeHandle descriptor)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("File descriptors are passed on Linux only.");
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            return Send(socket, bytes, descriptor.DangerousGetHandle().ToInt32());
        }
        finally
        {
            if (held) descriptor.DangerousRelease();
        }
    }

    private static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, int descriptor)
    {
        fixed (byte* data = bytes)
        {
            var part = new IoVector { Base = data, Length = (nuint)bytes.Length };
            var control = new ControlMessage
            {
                // CMSG_LEN(sizeof(int)): the padding after the descriptor belongs to the buffer, not to the message.
                Length = (nuint)(sizeof(nuint) + (3 * sizeof(int))),
                Level = SocketLevel,
                Type = Rights,
                Descriptor = descriptor,
            };
            var header = new MessageHeader
            {
                Parts = &part,
                PartCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(ControlMessage),
            };

            while (true)
            {
                var sent = SendMessage(socket, &header, DontWait | NoSignal);
                if (sent >= 0) return (int)sent;
                var error = Marshal.GetLastPInvokeError();
                if (error == TryAgain) return WouldBlock;
                if (error != Interrupted) throw new IOException($"sendmsg: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Parts;
        public nuint PartCount;
        public ControlMessage* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ControlMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
