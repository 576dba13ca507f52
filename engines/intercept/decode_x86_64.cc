#include "engines/intercept/decode_x86_64.h"

namespace relocatable::x86_64 {
namespace {

// What follows an opcode, one letter for each:
//   .  nothing                    m  ModRM
//   1  imm8                       b  ModRM and imm8
//   2  imm16                      d  ModRM and imm16 or imm32
//   z  imm16 or imm32             g  ModRM, and imm8 for /0 and /1
//   v  imm16, imm32 or imm64      G  ModRM, and imm16 or imm32 for /0 and /1
//   o  an address                 r  ModRM that names registers whatever its
//   mod e  imm16 and imm8             x  ModRM and imm32 j  a distance of 8
//   bits       J  a distance of 32 bits !  invalid in 64-bit mode; or a prefix
//   or escape, which was handled before
constexpr char kOneByte[] =
    "mmmm1z!!mmmm1z!!"   // 00
    "mmmm1z!!mmmm1z!!"   // 10
    "mmmm1z!!mmmm1z!!"   // 20
    "mmmm1z!!mmmm1z!!"   // 30
    "!!!!!!!!!!!!!!!!"   // 40: REX
    "................"   // 50
    "!!!m!!!!zd1b...."   // 60
    "jjjjjjjjjjjjjjjj"   // 70
    "bd!bmmmmmmmmmmmm"   // 80
    "..........!....."   // 90
    "oooo....1z......"   // a0
    "11111111vvvvvvvv"   // b0
    "bb2.!!bde.2..1!."   // c0
    "mmmm!!!.mmmmmmmm"   // d0
    "jjjj1111JJ!j...."   // e0
    "!.!!..gG......mm";  // f0

constexpr char kTwoByte[] =  // behind 0f
    "mmmm!.....!.!m.b"   // 00: 0f 0f is 3DNow, its suffix lies where imm8 would
    "mmmmmmmmmmmmmmmm"   // 10
    "rrrr!!!!mmmmmmmm"   // 20
    "......!.!!!!!!!!"   // 30
    "mmmmmmmmmmmmmmmm"   // 40
    "mmmmmmmmmmmmmmmm"   // 50
    "mmmmmmmmmmmmmmmm"   // 60
    "bbbbmmm.mm!!mmmm"   // 70
    "JJJJJJJJJJJJJJJJ"   // 80
    "mmmmmmmmmmmmmmmm"   // 90
    "...mbmmm...mbmmm"   // a0: a6 and a7 are VIA PadLock
    "mmmmmmmmmmbmmmmm"   // b0
    "mmbmbbbm........"   // c0
    "mmmmmmmmmmmmmmmm"   // d0
    "mmmmmmmmmmmmmmmm"   // e0
    "mmmmmmmmmmmmmmmm";  // f0

static_assert(sizeof(kOneByte) == 257 && sizeof(kTwoByte) == 257);

struct Prefixes {
  bool operand16 = false;  // 66
  bool repeat = false;     // f2 or f3
  bool repne = false;      // f2
  bool lock = false;       // f0
};

class Decoder {
 public:
  Decoder(const uint8_t* code, size_t size)
      : code_(code), size_(size < kMaxLength ? size : kMaxLength) {}

  Insn Run() {
    ReadPrefixes();
    const char form = ReadOpcode();
    ReadOperands(form);
    if (bad_) return Insn();
    insn_.length = static_cast<uint8_t>(at_);
    insn_.kind = Classify(form);
    return insn_;
  }

 private:
  uint8_t Peek(size_t ahead = 0) {
    if (size_ - at_ <= ahead) {
      bad_ = true;
      return 0;
    }
    return code_[at_ + ahead];
  }

  uint8_t Next() {
    const uint8_t byte = Peek();
    if (!bad_) ++at_;
    return byte;
  }

  void Skip(size_t count) {
    if (size_ - at_ < count) {
      bad_ = true;
    } else {
      at_ += count;
    }
  }

  int32_t Read32At(size_t at) const {
    uint32_t value = 0;
    for (int i = 3; i >= 0; --i) value = value << 8 | code_[at + i];
    return static_cast<int32_t>(value);
  }

  // A REX prefix counts only right before the opcode (SDM 2.2.1).
  void ReadPrefixes() {
    for (;; ++at_) {
      const uint8_t byte = Peek();
      if (bad_) return;
      if ((byte & 0xf0) == 0x40) {
        insn_.rex = byte;
        continue;
      }
      if (!IsLegacyPrefix(byte)) return;
      insn_.rex = 0;
    }
  }

  bool IsLegacyPrefix(uint8_t byte) {
    switch (byte) {
      case 0x66:
        return prefixes_.operand16 = true;
      case 0x67:
        return insn_.address32 = true;
      case 0xf0:
        return prefixes_.lock = true;
      case 0xf2:
        return prefixes_.repeat = prefixes_.repne = true;
      case 0xf3:
        return prefixes_.repeat = true;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0x64:
      case 0x65:
        return true;
      default:
        return false;
    }
  }

  // Returns the letter that says what follows.
  char ReadOpcode() {
    const uint8_t byte = Next();
    if (byte == 0xc5 || byte == 0xc4) return ReadVex(byte);
    if (byte == 0x62) return ReadEvex();
    // 8f is `pop` with /0 and opens XOP otherwise.
    if (byte == 0x8f && (Peek() & 0x38) != 0) return ReadXop();
    if (byte != 0x0f) return Opcode(0, byte, kOneByte[byte]);
    const uint8_t second = Next();
    if (second == 0x38) return Opcode(2, Next(), 'm');
    if (second == 0x3a) return Opcode(3, Next(), 'b');
    return Opcode(1, second, kTwoByte[second]);
  }

  char Opcode(uint8_t map, uint8_t opcode, char form) {
    insn_.map = map;
    insn_.opcode = opcode;
    return form;
  }

  // The SIMD prefixes are part of VEX, EVEX and XOP; before them they fault.
  char Vector(uint8_t map, char form) {
    insn_.vector = true;
    if (prefixes_.operand16 || prefixes_.repeat || prefixes_.lock ||
        insn_.rex != 0) {
      return '!';
    }
    return Opcode(map, Next(), form);
  }

  // The form in map 1, 2 or 3 behind a vector prefix.
  char VectorForm(uint8_t map) {
    if (map == 2) return 'm';
    if (map == 3) return 'b';
    if (insn_.opcode == 0x77) return '.';  // vzeroupper
    const char form = kTwoByte[insn_.opcode];
    return form == 'b' || form == 'm' ? form : '!';
  }

  char ReadVex(uint8_t escape) {
    uint8_t map = 1;
    if (escape == 0xc4) map = Next() & 0x1f;
    Next();
    if (map < 1 || map > 3 || Vector(map, '.') == '!') return '!';
    return VectorForm(map);
  }

  char ReadEvex() {
    const uint8_t p0 = Next();
    const uint8_t p1 = Next();
    Next();
    const uint8_t map = p0 & 7;
    if ((p0 & 8) != 0 || (p1 & 4) == 0) return '!';
    if (map == 0 || map == 4 || map == 7 || Vector(map, '.') == '!') return '!';
    if (map >= 5) return 'm';                                   // AVX512-FP16
    if (map == 1 && (insn_.opcode & 0xfc) == 0x78) return 'm';  // vcvt*
    return insn_.opcode == 0x77 && map == 1 ? '!' : VectorForm(map);
  }

  char ReadXop() {
    const uint8_t map = Next() & 0x1f;
    Next();
    if (map < 8 || map > 10) return '!';
    return Vector(map, map == 8 ? 'b' : map == 9 ? 'm' : 'x');
  }

  void ReadOperands(char form) {
    const size_t z = prefixes_.operand16 && !WideOperand() ? 2 : 4;
    switch (form) {
      case '.':
        return;
      case '1':
        return Skip(1);
      case '2':
        return Skip(2);
      case 'e':
        return Skip(3);
      case 'z':
        return Skip(z);
      case 'v':
        return Skip(WideOperand() ? 8 : z);
      case 'o':
        return Skip(insn_.address32 ? 4 : 8);
      case 'j':
        return ReadDistance(1);
      case 'J':
        return ReadDistance(4);
      case 'm':
        ReadModRm();
        return Skip(Sse4aImmediates());
      case 'b':
        ReadModRm();
        return Skip(1);
      case 'd':
        ReadModRm();
        return IsXbegin() ? ReadDistance(4) : Skip(z);
      case 'x':
        ReadModRm();
        return Skip(4);
      case 'g':
        ReadModRm();
        return Skip(Reg() < 2 ? 1 : 0);
      case 'G':
        ReadModRm();
        return Skip(Reg() < 2 ? z : 0);
      case 'r':
        insn_.modrm_at = static_cast<uint8_t>(at_);
        return Skip(1);
      default:
        bad_ = true;
    }
  }

  bool WideOperand() const { return (insn_.rex & 8) != 0; }
  uint8_t ModRm() const { return insn_.modrm_at ? code_[insn_.modrm_at] : 0; }
  uint8_t Reg() const { return ModRm() >> 3 & 7; }
  bool Is(uint8_t map, uint8_t opcode) const {
    return !insn_.vector && insn_.map == map && insn_.opcode == opcode;
  }

  // `extrq` and `insertq` with immediates: 66 0f 78 and f2 0f 78.
  size_t Sse4aImmediates() const {
    return Is(1, 0x78) && (prefixes_.operand16 || prefixes_.repne) ? 2 : 0;
  }

  bool IsXbegin() const { return Is(0, 0xc7) && ModRm() == 0xf8; }

  // Intel's processors ignore 66 here, AMD's take 16 bits.
  void ReadDistance(size_t bytes) {
    const size_t at = at_;
    Skip(bytes);
    if (prefixes_.operand16 && !WideOperand()) bad_ = true;
    if (bad_) return;
    insn_.target = bytes == 1 ? static_cast<int8_t>(code_[at]) : Read32At(at);
  }

  // ModRM, SIB and displacement (SDM 2.1.5, tables 2-2 and 2-3). The 67 prefix
  // changes no length in 64-bit mode.
  void ReadModRm() {
    insn_.modrm_at = static_cast<uint8_t>(at_);
    const uint8_t modrm = Next();
    const uint8_t mod = modrm >> 6;
    const uint8_t rm = modrm & 7;
    if (mod == 3) return;
    if (mod == 0 && rm == 5) {
      insn_.rip_at = static_cast<uint8_t>(at_);
      return Skip(4);
    }
    const bool no_base = rm == 4 && (Next() & 7) == 5 && mod == 0;
    Skip(mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0);
  }

  Kind Classify(char form) {
    if (insn_.vector) return Kind::kPlain;
    if (insn_.map == 0) return ClassifyOneByte(form);
    if (insn_.map != 1) return Kind::kPlain;
    if (form == 'J') return Kind::kBranch;
    switch (insn_.opcode) {
      case 0x05:
        return insn_.length == 2 ? Kind::kSyscall : Kind::kPlain;
      case 0x07:  // sysret
      case 0x35:  // sysexit
        return Kind::kReturn;
      case 0x0b:  // ud2
      case 0xb9:  // ud1
      case 0xff:  // ud0
        return Kind::kStop;
      case 0x1f:
        return Kind::kNop;
      default:
        return Kind::kPlain;
    }
  }

  Kind ClassifyOneByte(char form) {
    const uint8_t opcode = insn_.opcode;
    if (opcode == 0xeb || opcode == 0xe9) return Kind::kJump;
    if (opcode == 0xe8) return Kind::kCall;
    if (form == 'j' || IsXbegin()) return Kind::kBranch;
    switch (opcode) {
      case 0x90:  // with f3 it is `pause`, with REX.B an exchange
        return prefixes_.repeat || insn_.rex ? Kind::kPlain : Kind::kNop;
      case 0xb8:
        if (insn_.length != 5 || code_[0] != 0xb8) return Kind::kPlain;
        insn_.immediate = static_cast<uint32_t>(Read32At(1));
        return Kind::kMovEax;
      case 0xc2:
      case 0xc3:
      case 0xca:
      case 0xcb:
      case 0xcf:
        return Kind::kReturn;
      case 0xf4:
        return Kind::kStop;
      case 0xff:
        return ClassifyGroup5();
      default:
        return Kind::kPlain;
    }
  }

  Kind ClassifyGroup5() const {
    switch (Reg()) {
      case 2:
      case 3:
        return Kind::kIndirectCall;
      case 4:
      case 5:
        return Kind::kIndirectJump;
      case 7:
        return Kind::kInvalid;
      default:
        return Kind::kPlain;
    }
  }

  const uint8_t* code_;
  size_t size_;
  size_t at_ = 0;
  bool bad_ = false;
  Prefixes prefixes_;
  Insn insn_;
};

// Which operand an instruction writes, for those KeepsRegister knows.
enum class Writes : uint8_t { kUnknown, kNoRegister, kReg, kRm, kOpcodeReg };

Writes WrittenByOneByte(uint8_t opcode, uint8_t group) {
  if (opcode < 0x40 && (opcode & 7) < 4) {  // add or adc sbb and sub xor cmp
    if (opcode >= 0x38) return Writes::kNoRegister;
    return (opcode & 2) != 0 ? Writes::kReg : Writes::kRm;
  }
  if (opcode >= 0x50 && opcode <= 0x57) return Writes::kNoRegister;  // push
  if (opcode >= 0x58 && opcode <= 0x5f) return Writes::kOpcodeReg;   // pop
  if (opcode >= 0xb0 && opcode <= 0xbf) return Writes::kOpcodeReg;   // mov
  switch (opcode) {
    case 0x63:  // movsxd
    case 0x8a:  // mov
    case 0x8b:
    case 0x8d:  // lea
      return Writes::kReg;
    case 0x84:  // test
    case 0x85:
      return Writes::kNoRegister;
    case 0x80:
    case 0x81:
    case 0x83:
      return group == 7 ? Writes::kNoRegister : Writes::kRm;
    case 0x88:  // mov
    case 0x89:
    case 0xc6:
    case 0xc7:
      return Writes::kRm;
    default:
      return Writes::kUnknown;
  }
}

Writes WrittenByTwoByte(uint8_t opcode) {
  if (opcode >= 0x40 && opcode <= 0x4f) return Writes::kReg;  // cmov
  switch (opcode) {
    case 0x10:  // movups, movupd, movss, movsd, and their stores
    case 0x11:
    case 0x28:  // movaps
    case 0x29:
    case 0x57:  // xorps
    case 0x6c:  // punpcklqdq
    case 0x6f:  // movdqa, movdqu
    case 0x7f:
    case 0xef:  // pxor
      return Writes::kNoRegister;
    default:
      return Writes::kUnknown;
  }
}

}  // namespace

Insn Decode(const uint8_t* code, size_t size) {
  const Insn insn = Decoder(code, size).Run();
  return insn.kind == Kind::kInvalid ? Insn() : insn;
}

bool KeepsRegister(const uint8_t* code, const Insn& insn, int reg) {
  if (insn.kind == Kind::kNop) return true;
  if (insn.vector ||
      (insn.kind != Kind::kPlain && insn.kind != Kind::kMovEax)) {
    return false;
  }
  const uint8_t modrm = insn.modrm_at ? code[insn.modrm_at] : 0;
  Writes writes = Writes::kUnknown;
  if (insn.map == 0) writes = WrittenByOneByte(insn.opcode, modrm >> 3 & 7);
  if (insn.map == 1) writes = WrittenByTwoByte(insn.opcode);
  int written;
  switch (writes) {
    case Writes::kNoRegister:
      return true;
    case Writes::kReg:
      written = (modrm >> 3 & 7) | (insn.rex & 4) << 1;
      break;
    case Writes::kRm:
      if (modrm < 0xc0) return true;  // memory
      written = (modrm & 7) | (insn.rex & 1) << 3;
      break;
    case Writes::kOpcodeReg:
      written = (insn.opcode & 7) | (insn.rex & 1) << 3;
      break;
    default:
      return false;
  }
  // Without REX 4 to 7 may be ah to bh, parts of 0 to 3.
  const bool part = insn.rex == 0 && written >= 4 && reg == (written & 3);
  return reg != written && !part;
}

}  // namespace relocatable::x86_64
