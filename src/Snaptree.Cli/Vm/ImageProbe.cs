using Snaptree.Model;

namespace Snaptree.Cli.Vm;

/// <summary>Tells an image's format from its first bytes.</summary>
internal static class ImageProbe
{
    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xFB];

    /// <exception cref="SnapshotException">There is no image, or it may not be read.</exception>
    public static ImageFormat FormatOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> magic = stackalloc byte[4];
            var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            return read == magic.Length && magic.SequenceEqual(Qcow2Magic) ? ImageFormat.Qcow2 : ImageFormat.Raw;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SnapshotException(
                ErrorCode.InvalidArgument, $"there is no image at {path}", $"Make one with 'qemu-img create -f qcow2 {path} 10G', or check the path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(
                ErrorCode.System, $"the image {path} cannot be read: {error.Message}", "Check its permissions.", error);
        }
    }
}
