using System.Net.Sockets;

namespace Snaptree.Qmp.Wire;

/// <summary>
/// Cuts the stream into lines: QMP servers end every message with CRLF and have no line end inside one. Memory is bounded by
/// the largest message allowed.
/// </summary>
internal sealed class LineReader(Socket socket, int maximumBytes)
{
    private const int StartCapacity = 16 * 1024;
    private const int KeepCapacity = 1024 * 1024;

    private byte[] _buffer = new byte[StartCapacity];
    private int _start;
    private int _scanned;
    private int _end;

    /// <summary>The next line without its LF, valid until the next call; null when the server closed the stream between lines.</summary>
    /// <exception cref="QmpProtocolException">The line is larger than allowed.</exception>
    /// <exception cref="QmpConnectionException">The stream ended inside a line.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            if (TakeLine() is { } line) return line;
            MakeRoom();
            var count = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, ct);
            if (count == 0) return AtEnd();
            _end += count;
        }
    }

    private ReadOnlyMemory<byte>? TakeLine()
    {
        var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        var length = (found < 0 ? _end : _scanned + found) - _start;
        if (length > maximumBytes)
        {
            throw new QmpProtocolException(
                $"A message is larger than the {maximumBytes} bytes allowed.", Excerpt.Of(_buffer.AsSpan(_start, length)));
        }

        if (found < 0)
        {
            _scanned = _end;
            return null;
        }

        var line = _buffer.AsMemory(_start, length);
        _start = _scanned = _start + length + 1;
        return line;
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        // Doubling keeps a large message linear; one byte above the maximum is enough to know that it is too large.
        var wanted = held * 2 <= _buffer.Length ? _buffer.Length : (int)Math.Min((long)_buffer.Length * 2, maximumBytes + 2L);
        if (held == 0 && _buffer.Length > KeepCapacity) wanted = StartCapacity;
        var target = wanted == _buffer.Length ? _buffer : new byte[Math.Max(wanted, held + 1)];
        if (_start > 0 || target != _buffer) _buffer.AsSpan(_start, held).CopyTo(target);
        _buffer = target;
        _scanned -= _start;
        _start = 0;
        _end = held;
    }

    private ReadOnlyMemory<byte>? AtEnd()
    {
        if (_start == _end) return null;
        throw new QmpConnectionException(
            $"The server closed the connection inside a message, after {_end - _start} bytes of it: "
            + $"{Excerpt.Of(_buffer.AsSpan(_start, _end - _start))}. Is the QEMU process still alive?");
    }
}
