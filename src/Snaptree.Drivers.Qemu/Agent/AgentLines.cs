using System.Net.Sockets;
using System.Text;

namespace Snaptree.Drivers.Qemu;

/// <summary>Cuts what the agent sends into lines, and finds the byte that marks the beginning of a conversation. Whatever it sends, memory stays small.</summary>
internal sealed class AgentLines(Socket socket)
{
    /// <summary>No JSON text holds this byte, so it stands where nothing older can still follow.</summary>
    internal const byte Sentinel = 0xFF;

    private const int LongestLine = 64 * 1024;
    private const int MostSkipped = 1024 * 1024;
    private const int ShownBytes = 200;

    private readonly byte[] buffer = new byte[4096];
    private readonly List<byte> line = [];
    private int received;
    private int taken;

    /// <summary>Passes over everything up to the sentinel: answers that somebody before us did not wait for.</summary>
    internal async Task SkipToSentinelAsync(CancellationToken cancellationToken)
    {
        for (var skipped = 0; skipped < MostSkipped; skipped++)
        {
            if (await NextAsync(cancellationToken) == Sentinel)
            {
                return;
            }
        }

        throw Nonsense("talks without end");
    }

    /// <summary>The next line that holds anything.</summary>
    internal async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        line.Clear();
        while (true)
        {
            var next = await NextAsync(cancellationToken);
            if (next != (byte)'\n')
            {
                line.Add(next);
            }
            else if (line.Exists(value => value > ' '))
            {
                return [.. line];
            }

            if (line.Count > LongestLine)
            {
                throw Nonsense($"sends lines of more than {LongestLine} bytes");
            }
        }
    }

    internal AgentRefusedException Nonsense(string what) => new($"the agent {what}", AgentRefusedException.Nonsense, Shown([.. line]));

    /// <summary>As much as an error can show.</summary>
    internal static string Shown(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownBytes)]) + (text.Length > ShownBytes ? "…" : "");

    private async ValueTask<byte> NextAsync(CancellationToken cancellationToken)
    {
        if (taken == received)
        {
            (taken, received) = (0, 0);
            received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (received == 0)
            {
                throw new AgentSilentException("the connection to the guest's agent was closed");
            }
        }

        return buffer[taken++];
    }
}
