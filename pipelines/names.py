"""What is known of names: Vietnamese family and given names, places, papers and agencies, titles and offices.

Data only, compiled by hand, all in lower case. A change here changes what bylines give, so it needs a new
`pipelines.cleaner.RULES`. The family names hold those of the northern and highland peoples too (Thái, Mông, Dao,
Tày, Êđê); the given names hold what pen names are made of.
"""


def _of(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split("|"))


FAMILY = frozenset(
    """âu ấu bàn bành bạc bạch bế biện bồ bùi cam cao cà cái cát cầm cấn chang châu chẩu chảo chu chử cung cù cứ danh
    diệp doãn dương đàm đào đái đậu đặng đèo điền điểu đinh đoàn đồng đỗ đới đường giang giàng giáp hà hàn hàng hầu
    hạng hoa hoàng hồ hờ huỳnh hùng hứa k kha khiếu khoàng khổng khuất khúc khương kiều kim kpă ksor la lâm lầu lã lạc
    lại lê lều lí lò lộ luyện lù lương lường lưu lữ lục ly lỳ lý ma mai mào má mẫn mã mạc mạch mông mùa nay nghiêm ngô
    ngọ nguyễn ngụy nhan nhâm nhữ ninh nông ôn ông phan phàn phạm phìn phí phó phùng phương pờ quan quàng quách quản
    rahlan rơ sái sầm siu sình sơn sùng tao tẩn tăng tạ thang thào thái thân thạch thèn thi thiều thiệu tiêu tiết tòng
    tô tôn tống trang trà tráng trần triệu trình trịnh trưng trương tưởng từ ung uông vàng văn vi viên vòng võ vũ
    vương vừ xa xung y yên""".split()
)

GIVEN = frozenset(
    """a an anh ái ánh ân âu bàng bá bách băng bằng bắc bảo bảy bạch bình bích bông bổn bưởi bửu ca cam can cát cầm cẩm
    cẩn cảnh cận chanh chánh châm châu chấn chất chi chiêu chiến chinh chí chính chung chuyên chúc chúng chương công
    cung cúc cương cường cử cự danh dao dân dần dạ dậu di diên diễm diễn diệm diện diệp diệu dinh doanh doãn du duẩn
    duệ dung duy duyên duyệt dũng dư dương dưỡng đa đan đàm đăng đắc đẳng đại đạo đạt đệ điền điệp đình đích đỉnh định
    đoan đoàn đôn đông đồng đỗ độ đường được đức gấm gia giang giao giám giáp hà hàn hào hán hân hằng hải hảo hạ hạnh
    hậu hiên hiền hiến hiếu hiển hiểu hiệp hiệu hinh hoa hoan hoà hoài hoàn hoàng hoằng hoạch hoạt hòa hồng hợp học
    hội huân huấn huế huệ huy huyên huyền huỳnh hùng hưng hương hường hướng hưởng hữu hy hỷ kha khai khang khanh khánh
    khả khải khiêm khiết khoa khoan khoái khôi khôn khởi khuê khuyên khuyến khương kiên kiều kiểu kiệt kim kính kỳ ký
    lai lam lan lanh lành lâm lân lãm lãng lạc lập lê lễ lệ liêm liên liễu liệt liệu linh lĩnh lịch loan long lợi lộc
    luân luận luyến luyện lương lượng lưu lựu lụa lục ly lý mai mây mẫn mão mạnh mận mến mi miên minh mị mơ muội mùi
    mừng mục my mỹ na nam năm nết nga ngà ngân ngạn nghi nghiêm nghiệp nghĩa nghị ngoan ngôn ngọ ngọc nguyên nguyễn
    nguyện nguyệt nhan nhàn nhân nhẫn nhã nhạc nhật nhi nhiên nhị nhuần nhuận nhung như nhượng nhựt ninh nở nương nữ
    oanh pha phan phác pháp phát phấn phi phiên phong phòng phùng phú phúc phương phước phượng phụng quang quán quân
    quản quảng quế quốc quyên quyền quyến quyết quỳ quỳnh quý quỹ sa san sang sao sáng sáu sâm sen sinh sĩ soạn song
    sông sơn sương sử sỹ tam tài tám tâm tân tây tấn tất tặng tề tham thanh thao thành thái thân thăng thắm thắng thảo
    thạc thạch thạnh thạo thêm thêu thế thi thiêm thiên thiều thiện thiệp thiệu thỉnh thị thịnh thoa thoan thoại thông
    thơ thơm thọ thu thuần thuấn thuận thuyên thuỳ thuý thuỷ thùy thúy thủy thư thương thường thưởng thức thực thụ
    thục thụy thy tiên tiềm tiến tiệp tin tình tín tính tĩnh toàn toán toản toại tôn tố tổng tới trai trang trà trác
    tráng trâm trân trầm tri triều triết triển triệu trinh trình trí trị trọng trung truyền trúc trường trưởng trực
    tuân tuấn tuất tuệ tuy tuyên tuyền tuyến tuyết tuyển tùng tú tư tươi tường tưởng từ tứ tý tỵ uy uyên uyển út vàng
    vân văn vạn vệ vi viên viết viễn việt vinh vĩ vĩnh vị vịnh vong vọng vui vũ vương vượng vy vỹ xoan xuân xuyên
    xuyến xứng yên yến ý""".split()
)

PLACES = _of(
    """hà nội | hà giang | hà nam | hà tĩnh | hà tây | hải phòng | hải dương | hải nam | điện biên | điện biên phủ |
    điện biên đông | đà nẵng | đà lạt | cao bằng | lai châu | sơn la | lào cai | yên bái | lạng sơn | thái nguyên |
    thái bình | thái lan | bắc kạn | bắc giang | bắc ninh | tuyên quang | phú thọ | vĩnh phúc | vĩnh long |
    hòa bình | hoà bình | hưng yên | nam định | ninh bình | thanh hóa | thanh hoá | nghệ an | quảng bình |
    quảng trị | quảng nam | quảng ngãi | quảng ninh | quảng châu | quảng tây | huế | bình định | bình thuận |
    bình dương | bình phước | phú yên | khánh hòa | khánh hoà | ninh thuận | kon tum | gia lai | đắk lắk |
    đắk nông | lâm đồng | tây ninh | đồng nai | long an | tiền giang | bến tre | trà vinh | đồng tháp | an giang |
    kiên giang | cần thơ | hậu giang | sóc trăng | bạc liêu | cà mau | hồ chí minh | sài gòn | nha trang |
    vũng tàu | hội an | hạ long | quy nhơn | buôn ma thuột | tây nguyên | tây bắc | đông bắc | mường nhé |
    mường chà | mường lay | mường ảng | nậm pồ | tủa chùa | tuần giáo | mường thanh | việt nam | trung quốc |
    hàn quốc | triều tiên | nhật bản | ấn độ | hoa kỳ | đài loan | hồng kông | hong kong | bắc kinh | thượng hải |
    đông nam á | đông á | nam á | tây á | trung á | châu á | châu âu | châu phi | châu mỹ | trung đông | vietnam |
    trung đông á | biển đông | hoàng sa | trường sa | phú quốc | côn đảo | lý sơn | bắc âu | nam mỹ | tây âu |
    đông âu | bắc mỹ | liên xô | thụy sĩ | thụy điển | hà lan | ba lan | bồ đào nha | tây ban nha | phần lan |
    đan mạch | na uy | thổ nhĩ kỳ | bác hồ | hồ gươm | hồ tây | hồ hoàn kiếm | hoàn kiếm | ba đình | cầu giấy |
    long biên | tây hồ | hai bà trưng | thanh xuân | hoàng mai | gia lâm | sa pa | yên tử | phong nha | mai châu |
    mộc châu | nam bộ | bắc bộ | trung bộ | cửu long | đông hà | đồng hới | vinh | thủ đức | thái bình dương |
    ấn độ dương | đại tây dương | bình minh | tết nguyên đán | nguyên đán | quốc khánh | tân sơn nhất | nội bài |
    vân đồn | móng cái | lũng cú | bạch long vĩ"""
)
"""Places and fixed names whose syllables are also personal names; none of them signs an article."""

OUTLETS = _of(
    """ttxvn | tttxvn | vna | vov | vov.vn | vtv | vtv24 | vtc | vtc news | vgp | tgvn | tg | tctg | đbp | bbc | cnn |
    afp | ap | upi | reuters | bloomberg | tass | sputnik | ria novosti | xinhua | tân hoa xã | thx |
    nhân dân nhật báo | global times | kyodo | nhk | nikkei | nikkei asia | yonhap | kbs | cna | cnbc | dpa | efe |
    ansa | guardian | the guardian | new york times | the new york times | washington post | financial times | ft |
    wsj | forbes | newsweek | politico | axios | al jazeera | scmp | south china morning post | straits times |
    the straits times | bangkok post | business insider | daily mail | espn | techcrunch | the verge | cnet |
    engadget | gizmochina | gsmarena | thông tấn xã việt nam | vietnam+ | vietnamplus | báo tin tức |
    bnews | nhân dân | nhân dân điện tử | quân đội nhân dân | qđnd | qđnd online | công an nhân dân | cand |
    lao động | người lao động | nlđ | nlđo | tuổi trẻ | tuổi trẻ online | tto | tuổi trẻ cười | thanh niên |
    thanh niên online | tno | tiền phong | sài gòn giải phóng | sggp | hà nội mới | hànộimới | đại đoàn kết |
    pháp luật tp.hcm | pháp luật tp hcm | plo | pháp luật việt nam | dân trí | vietnamnet | vnexpress | vne | zing |
    zing news | zingnews | znews | infonet | ictnews | 2sao | soha | kenh14 | cafef | cafebiz | genk | gamek |
    afamily | saostar | eva | 24h | ngôi sao | dân việt | nông thôn ngày nay | nông nghiệp việt nam | công thương |
    công lý | báo đầu tư | đời sống và pháp luật | đời sống & pháp luật | sức khỏe và đời sống |
    sức khỏe & đời sống | sức khoẻ & đời sống | khoa học và đời sống | khoa học & đời sống | giáo dục và thời đại |
    giáo dục & thời đại | giáo dục việt nam | thế giới & việt nam | thế giới và việt nam | kinh tế & đô thị |
    kinh tế và đô thị | kinh tế đô thị | thời báo tài chính | thời báo ngân hàng | thời báo kinh tế sài gòn |
    vneconomy | nhịp sống thị trường | nhịp sống kinh tế | nhịp sống việt | trí thức trẻ | tri thức trực tuyến |
    tổ quốc | toquoc | thể thao & văn hóa | thể thao và văn hóa | thể thao văn hóa | tài chính plus |
    diễn đàn doanh nghiệp | doanh nghiệp và tiếp thị | doanh nghiệp & tiếp thị | đất việt | người đưa tin |
    vietnam finance | vietnambiz | tạp chí cộng sản | tạp chí tuyên giáo | quốc phòng toàn dân | đcsvn |
    báo đảng cộng sản việt nam | báo chính phủ | chinhphu | phụ nữ việt nam | gia đình & xã hội | hoa học trò |
    thiếu niên tiền phong | đại biểu nhân dân | an ninh thủ đô | an ninh thế giới | baoquocte | đbp tv | vtv.vn |
    vgp news | facebook | youtube | twitter | vccorp | baotuoitre | baomoi | báo mới | vietnamnet news |
    tuổi trẻ cuối tuần | vtc now | ttxvn/vietnam+"""
)
"""Papers, agencies and sites as bylines print them, in lower case."""

PHRASES = _of(
    """lễ hội | chính trị | vệ sinh | an ninh | an sinh | an toàn | giao thông | quốc phòng | quốc hội | đại hội |
    hội nghị | nghị quyết | quyết định | đại học | khoa học | văn học | văn minh | tư tưởng | lý luận | lý tưởng |
    nhân dân | trung tâm | tâm linh | hy vọng | chương trình | tổng hợp | hạnh phúc | liên minh | vinh danh |
    vinh quang | tính toán | danh nhân | thông tin | quân dân | tình thương | mùa xuân | hòa hợp | thành công |
    công trình | tiến trình | thanh bình | hồi hương | trường học | trung học | hải đảo | thanh tra | công an |
    công bằng | công lý | công nghiệp | nông nghiệp | sự nghiệp"""
)
"""Common words whose every syllable is a name too: in capitals they are headings, not people."""

ORGANISATION = _of(
    """báo | tạp chí | đài | trang | kênh | cổng | nhà xuất bản | nxb | bộ | sở | cục | tổng cục | vụ | ban | viện |
    học viện | trường | đại học | trung tâm | hội | hiệp hội | liên minh | ủy ban | uỷ ban | ubnd | công ty |
    tập đoàn | ngân hàng | bệnh viện | thông tấn xã | tòa soạn | toà soạn | văn phòng | đoàn | tổ chức | quỹ |
    nhóm | liên đoàn | chi cục | phòng | khoa | bảo tàng | đại sứ quán | tổng lãnh sự quán | tổ"""
)
"""Words that open the name of a body."""

STAFF = _of(
    """pv | p.v | p.v. | pvtt | btv | ctv | bbt | bts | nhóm pv | nhóm p.v | nhóm phóng viên | nhóm tác giả |
    nhóm btv | phóng viên | biên tập viên | cộng tác viên | ban biên tập | tòa soạn | toà soạn | bạn đọc | admin |
    administrator | editor | quản trị | tác giả | theo | nhiều tác giả | và cộng sự | cộng sự | tác giả khác |
    và các tác giả khác | ban thời sự | nhóm thực hiện | pv thường trú | news | online | staff"""
)
"""Words that stand where a name would stand and name nobody."""

TITLES = _of(
    """gs | pgs | tskh | ts | ths | thạc sĩ | thạc sỹ | tiến sĩ | tiến sỹ | giáo sư | phó giáo sư | bscki | bsckii |
    bsck2 | bs | bác sĩ | bác sỹ | dược sĩ | ds | ls | luật sư | kts | kiến trúc sư | ks | kỹ sư | cn | cử nhân |
    nhà báo | nhà văn | nhà thơ | nhà nghiên cứu | nhà giáo | nhạc sĩ | nsnd | nsưt | ngnd | ngưt | ttnd | ttưt |
    nghệ sĩ | họa sĩ | đ/c | đại tướng | thượng tướng | trung tướng | thiếu tướng | đại tá | thượng tá | trung tá |
    thiếu tá | đại úy | đại uý | thượng úy | trung úy | thiếu úy | chuẩn đô đốc | đại sứ | pv | phóng viên | btv |
    biên tập viên | ctv | cộng tác viên | nhóm pv | nhóm phóng viên | by | bởi"""
)
"""What is printed before a name and is no part of it."""

ROLES = _of(
    """tổng hợp | lược dịch | biên dịch | lược ghi | ghi chép | ghi | dịch | biên soạn | thực hiện | t/h | th |
    tường thuật | đưa tin | sưu tầm | trình bày | theo dõi | phỏng vấn | ghi nhận | ảnh | video | clip | đồ họa |
    đồ hoạ | thiết kế | tin | bài"""
)
"""What a person did, printed after the name or before a colon."""

LABELS = _of(
    """tin | bài | bài viết | ảnh | hình ảnh | hình | video | clip | đồ họa | đồ hoạ | infographic | infographics |
    thiết kế | trình bày | kỹ thuật | nội dung | thực hiện | tác giả | tổng hợp | biên dịch | lược dịch | dịch |
    biên soạn | ghi | biên tập | phóng viên | pv | text | photo | photos | người thực hiện | nhóm thực hiện |
    nhóm pv | by"""
)
"""What stands before the colon of a byline."""

PICTURE = _of(
    """ảnh | hình ảnh | hình | video | clip | đồ họa | đồ hoạ | infographic | infographics | thiết kế | trình bày |
    photo | photos"""
)
"""Labels of those who made the pictures, not the text."""

OFFICES = _of(
    """nguyên | phó | bí thư | phó bí thư | ủy viên | uỷ viên | trưởng | phó trưởng | tổng bí thư | thường trực |
    chủ tịch | phó chủ tịch | thủ tướng | phó thủ tướng | bộ trưởng | thứ trưởng | giám đốc | phó giám đốc |
    tổng giám đốc | phó tổng giám đốc | viện trưởng | phó viện trưởng | vụ trưởng | phó vụ trưởng | cục trưởng |
    phó cục trưởng | tổng cục trưởng | chánh | phó chánh | tổng biên tập | phó tổng biên tập | tổng thư ký |
    hiệu trưởng | phó hiệu trưởng | hiệu phó | giảng viên | nghiên cứu viên | chuyên gia | chuyên viên | đại biểu |
    đại sứ | tham tán | tổng lãnh sự | tư lệnh | phó tư lệnh | chính ủy | chính uỷ | phó chính ủy |
    tham mưu trưởng | cán bộ | thành viên | hội viên | đảng viên | học viên | nghiên cứu sinh | sinh viên | trợ lý |
    thư ký | người phát ngôn | kiêm | đồng chủ tịch | trưởng ban | trưởng khoa | trưởng phòng | trưởng đoàn |
    đảng ủy viên | tỉnh ủy viên | thành ủy viên | huyện ủy viên | tổng thanh tra"""
)
"""What opens a line that names somebody's office."""
