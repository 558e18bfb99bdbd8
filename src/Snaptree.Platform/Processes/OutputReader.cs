using System.Text;

namespace Snaptree.Platform;

/// <summary>Reads one output stream of a program to its end, keeps all of it, and hands out pieces as they come.</summary>
internal sealed class OutputReader(Action<string>? onPiece)
{
    private readonly StringBuilder all = new();
    private readonly StringBuilder piece = new();

    /// <summary>What was read so far; not to be asked while <see cref="ReadAsync"/> runs.</summary>
    public string Text => all.ToString();

    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        byte[] bytes = new byte[16 * 1024];
        char[] characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int count;
        do
        {
            count = await stream.ReadAsync(bytes, cancellationToken);
            int decoded = decoder.GetChars(bytes.AsSpan(0, count), characters, flush: count == 0);
            Take(characters.AsSpan(0, decoded));
        }
        while (count > 0);
        Deliver();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        all.Append(text);
        if (onPiece is null)
        {
            return;
        }

        while (text.IndexOfAny('\n', '\r') is var end and >= 0)
        {
            piece.Append(text[..end]);
            text = text[(end + 1)..];
            Deliver();
        }

        piece.Append(text);
    }

    private void Deliver()
    {
        if (piece.Length > 0)
        {
            string text = piece.ToString();
            piece.Clear();
            onPiece?.Invoke(text);
        }
    }
}
