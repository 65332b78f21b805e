-- A segment of the spool as a file: made, appended to with one sync a record, claimed, read back, cut. Works with plain system
-- calls and none of nginx's own functions, since most of it runs in nginx's thread pool (spool_files.lua), where a slow disk
-- holds up nobody. Every function gives a value, or nil and why; nothing throws.
--
-- A segment is named `<ms when it was made>-<mark>.spool`; `mark` is 16 random hex digits. Its records, one after the other:
--     <mark> <crc-32 of the payload, 8 hex digits> <length of the payload, 8 hex digits>\n<payload>
-- Nobody outside knows the mark: behind damage the next record is found by it, and no body that a visitor sent looks like one.
-- Who writes a segment, or drains it, holds a lock on the file (flock); the kernel gives it back when that process dies.
local ffi = require "ffi"

ffi.cdef [[
int open(const char *path, int flags, ...);
int close(int fd);
int flock(int fd, int operation);
int fdatasync(int fd);
int fsync(int fd);
int ftruncate(int fd, long length);
int unlink(const char *path);
int rename(const char *from, const char *to);
long lseek(int fd, long offset, int whence);
long pread(int fd, void *bytes, size_t size, long offset);
long pwrite(int fd, const void *bytes, size_t size, long offset);
char *strerror(int number);
void *opendir(const char *path);
int closedir(void *directory);
typedef struct {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char kind;
    char name[256];
} hw_directory_entry;
hw_directory_entry *readdir(void *directory);
unsigned int ngx_http_lua_ffi_crc32_long(const unsigned char *bytes, size_t size);
]]

local C = ffi.C
local concat, find, format, sub = table.concat, string.find, string.format, string.sub
local tonumber = tonumber

local READ_WRITE, CREATE_NEW, CLOSE_ON_EXEC = 2, 192, 524288
local EXCLUSIVE_AT_ONCE = 6 -- LOCK_EX | LOCK_NB
local END = 2 -- SEEK_END
local INTERRUPTED, MISSING = 4, 2 -- EINTR, ENOENT
local HEAD = 16 + 1 + 8 + 1 + 8 + 1
local LONGEST = 67108864 -- no record's payload is longer

local function trouble(what)
    return what .. ": " .. ffi.string(C.strerror(ffi.errno()))
end

local function checksum(payload)
    return format("%08x", C.ngx_http_lua_ffi_crc32_long(payload, #payload))
end

-- The directory's own entries are on the disk when this returns.
local function sync_directory(directory)
    local fd = C.open(directory, CLOSE_ON_EXEC)
    if fd < 0 then
        return nil, trouble("opening the spool's directory")
    end
    local done = C.fsync(fd) == 0
    local why = not done and trouble("syncing the spool's directory")
    C.close(fd)
    return done or nil, why
end

-- A new segment, locked; gives its descriptor.
local function create(directory, name)
    local fd = C.open(directory .. "/" .. name, READ_WRITE + CREATE_NEW + CLOSE_ON_EXEC, ffi.new("int", 416)) -- 0640
    if fd < 0 then
        return nil, trouble("making a segment")
    end
    local done, why = C.flock(fd, EXCLUSIVE_AT_ONCE) == 0
    if not done then
        why = trouble("locking a segment")
    else
        done, why = sync_directory(directory)
    end
    if not done then
        C.close(fd)
        C.unlink(directory .. "/" .. name)
        return nil, why
    end
    return fd
end

local function write(fd, bytes, offset)
    local data, at, size = ffi.cast("const char *", bytes), 0, #bytes
    while at < size do
        local written = tonumber(C.pwrite(fd, data + at, size - at, offset + at))
        if written > 0 then
            at = at + written
        elseif written == 0 or ffi.errno() ~= INTERRUPTED then
            return nil, trouble("writing to a segment")
        end
    end
    return true
end

-- Puts a record with the payload `parts` (strings, one after the other) at `offset`, the segment's end; gives the new end once
-- the disk has it. After a failure the segment ends where it did; `false` as third value: it doesn't, leave it alone.
local function append(fd, mark, offset, parts)
    local payload = concat(parts)
    local record = concat { mark, " ", checksum(payload), " ", format("%08x", #payload), "\n", payload }
    local done, why = write(fd, record, offset)
    if done then
        done = C.fdatasync(fd) == 0
        why = not done and trouble("syncing a segment")
    end
    if not done then
        return nil, why, C.ftruncate(fd, offset) == 0
    end
    return offset + #record
end

local function close(fd)
    return C.close(fd) == 0
end

local function read_at(fd, offset, size)
    local bytes, at = ffi.new("char[?]", size), 0
    while at < size do
        local got = tonumber(C.pread(fd, bytes + at, size - at, offset + at))
        if got > 0 then
            at = at + got
        elseif got == 0 then
            break
        elseif ffi.errno() ~= INTERRUPTED then
            return nil, trouble("reading a segment")
        end
    end
    return ffi.string(bytes, at)
end

-- The payload of the record that begins at `at` (from 1) of `text`, and where it ends; nil if there is no whole one.
local function whole(text, mark, at)
    local crc, size = string.match(sub(text, at, at + HEAD - 1), "^" .. mark .. " (%x+) (%x+)\n$")
    size = size and tonumber(size, 16)
    if not size or size > LONGEST or at + HEAD + size - 1 > #text then
        return nil
    end
    local payload = sub(text, at + HEAD, at + HEAD + size - 1)
    if checksum(payload) ~= crc then
        return nil
    end
    return payload, at + HEAD + size
end

-- The records from `offset` on, up to about `most` bytes and at least one: a list of payloads, a list of the offsets at which
-- they end, and the damage before the first of them: nil, or {"damaged" | "torn", bytes}. An empty list: the end.
-- Behind damage it goes on with the next whole record; where none follows, what is left is torn: it never was acknowledged.
local function read(fd, mark, offset, most)
    local size = tonumber(C.lseek(fd, 0, END))
    local text, why = read_at(fd, offset, math.min(most, size - offset))
    if not text then
        return nil, why
    end
    local payloads, ends, at = {}, {}, 1
    local payload, past = whole(text, mark, at)
    local damage
    if not payload and size > offset then
        -- Longer than `most`, torn or damaged.
        text, why = read_at(fd, offset, size - offset)
        if not text then
            return nil, why
        end
        payload, past = whole(text, mark, at)
        local next_mark = at
        while not payload do
            next_mark = find(text, mark, next_mark + 1, true)
            if not next_mark then
                return payloads, ends, { "torn", size - offset }
            end
            payload, past = whole(text, mark, next_mark)
            damage = { "damaged", next_mark - 1 }
        end
    end
    while payload do
        payloads[#payloads + 1], ends[#ends + 1] = payload, offset + past - 1
        at = past
        if at > most then
            break
        end
        payload, past = whole(text, mark, at)
    end
    return payloads, ends, damage
end

-- The descriptor of a segment that nobody else has now; nil if someone writes or drains it, or it is gone.
local function claim(directory, name)
    local fd = C.open(directory .. "/" .. name, READ_WRITE + CLOSE_ON_EXEC)
    if fd < 0 then
        return nil, ffi.errno() ~= MISSING and trouble("opening " .. name) or nil
    end
    if C.flock(fd, EXCLUSIVE_AT_ONCE) ~= 0 then
        C.close(fd)
        return nil
    end
    -- Its last owner may have removed it between the two calls.
    local again = C.open(directory .. "/" .. name, READ_WRITE + CLOSE_ON_EXEC)
    if again < 0 then
        C.close(fd)
        return nil
    end
    C.close(again)
    return fd
end

-- Ends the segment at `offset`.
local function cut(fd, offset)
    if C.ftruncate(fd, offset) ~= 0 or C.fdatasync(fd) ~= 0 then
        return nil, trouble("cutting a segment")
    end
    return true
end

-- Removes a segment, or with `aside` keeps it under that name; on the disk when this returns.
local function remove(directory, name, aside)
    local path = directory .. "/" .. name
    local done
    if aside then
        done = C.rename(path, directory .. "/" .. aside) == 0
    else
        done = C.unlink(path) == 0
    end
    if not done then
        return nil, trouble("removing " .. name)
    end
    return sync_directory(directory)
end

-- All files of the directory: a list of names in their order, and one of their sizes.
local function list(directory)
    local opened = C.opendir(directory)
    if opened == nil then
        return nil, trouble("reading the spool's directory")
    end
    local names, sizes = {}, {}
    local entry = C.readdir(opened)
    while entry ~= nil do
        local name = ffi.string(entry.name)
        if sub(name, 1, 1) ~= "." then
            names[#names + 1] = name
        end
        entry = C.readdir(opened)
    end
    C.closedir(opened)
    table.sort(names)
    for index, name in ipairs(names) do
        local fd = C.open(directory .. "/" .. name, CLOSE_ON_EXEC)
        sizes[index] = 0
        if fd >= 0 then
            sizes[index] = tonumber(C.lseek(fd, 0, END))
            C.close(fd)
        end
    end
    return names, sizes
end

return {
    create = create,
    append = append,
    close = close,
    read = read,
    claim = claim,
    cut = cut,
    remove = remove,
    list = list,
}
