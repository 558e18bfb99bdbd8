using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Reads image headers into an <see cref="ImageTree"/>. A format is believed from the definition or from the overlay's header and only
/// else recognised from the file: a guest could write a qcow2 header into its raw disk and make us read any file of the host.
/// </summary>
internal sealed class ImageReader
{
    private readonly Dictionary<ImagePath, ImageFormat> formats = [];
    private readonly Dictionary<ImagePath, ImageInfo> images = [];
    private readonly HashSet<ImagePath> missing = [];

    private ImageReader(DomainSpec domain)
    {
        foreach (var disk in domain.Definition.Disks.Where(disk => disk.Source is not null))
        {
            formats[new ImagePath(FileNames.Resolve(disk.Source!.Value.Value))] = disk.Format;
        }
    }

    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/>: unreadable; <see cref="ErrorCode.OperationFailed"/>: damaged.</exception>
    internal static ImageTree Read(DomainSpec domain, IEnumerable<ImagePath> paths)
    {
        var reader = new ImageReader(domain);
        var wanted = domain.Definition.Disks.Select(domain.ActiveImage).OfType<ImagePath>().Concat(paths).Distinct().ToList();

        // What the definition names first, then overlays: their headers name the formats of what lies below.
        foreach (var path in wanted.Where(reader.formats.ContainsKey))
        {
            reader.ReadChain(path);
        }

        foreach (var path in wanted.Where(path => reader.formats.ContainsKey(path) || LooksLikeQcow2(path)))
        {
            reader.ReadChain(path);
        }

        foreach (var path in wanted)
        {
            reader.ReadChain(path);
        }

        return new ImageTree(reader.images.Values, reader.missing);
    }

    private void ReadChain(ImagePath top)
    {
        for (ImagePath? next = top; next is { } path && !images.ContainsKey(path) && !missing.Contains(path);)
        {
            if (ReadOne(path) is not { } image)
            {
                missing.Add(path);
                return;
            }

            images.Add(path, image);
            next = image.Backing?.Path;
            if (image.Backing is { Format: { } format } backing)
            {
                formats.TryAdd(backing.Path, format);
            }
        }
    }

    private ImageInfo? ReadOne(ImagePath path)
    {
        try
        {
            if (FileFacts.Read(path.Value) is not { } facts)
            {
                return null;
            }

            using var file = File.OpenHandle(path.Value, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var believed = formats.TryGetValue(path, out var format) ? format : (ImageFormat?)null;
            var header = believed == ImageFormat.Raw ? null : Qcow2Header.Read(file);
            if (header is null && believed == ImageFormat.Qcow2)
            {
                throw new InvalidDataException("it does not begin as a qcow2 image");
            }

            return header is null
                ? new ImageInfo(path, ImageFormat.Raw, RandomAccess.GetLength(file), facts.AllocatedBytes, null, HoldsData: true)
                : new ImageInfo(path, ImageFormat.Qcow2, header.VirtualBytes, facts.AllocatedBytes, BackingOf(path, header), header.HoldsData)
                {
                    InternalSnapshots = header.Snapshots,
                };
        }
        catch (InvalidDataException error)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"the image {path} is damaged or not what it should be: {error.Message}",
                "Check it with 'qemu-img check' or restore it from a backup; nothing was changed.",
                error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unreadable(path, error);
        }
        catch (IOException error)
        {
            throw Unreadable(path, error);
        }
    }

    private static Backing? BackingOf(ImagePath overlay, Qcow2Header header)
    {
        if (header.BackingFile is not { } stored)
        {
            return null;
        }

        if (stored.StartsWith("json:", StringComparison.Ordinal) || stored.Contains("://"))
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported,
                $"the image {overlay} stands on '{stored}', which is not a file",
                "Only files can be backing images in this version.");
        }

        ImageFormat? format = header.BackingFormat switch { "qcow2" => ImageFormat.Qcow2, "raw" => ImageFormat.Raw, _ => null };
        var path = new ImagePath(FileNames.Resolve(Path.GetFullPath(stored, overlay.Folder)));
        return new Backing(stored, path, format);
    }

    private static bool LooksLikeQcow2(ImagePath path)
    {
        try
        {
            Span<byte> magic = stackalloc byte[4];
            using var file = File.OpenHandle(path.Value, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, magic, 0) == 4 && Qcow2Header.HasMagic(magic);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The second pass meets the same error and reports it.
            return false;
        }
    }

    private static SnapshotException Unreadable(ImagePath path, Exception error) =>
        new(ErrorCode.System, $"the image {path} cannot be read: {error.Message}", "Run as a user who may read it.", error);
}
